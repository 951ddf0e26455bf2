"""Tables are found again in a source text, and every figure knows the heads that it stands under."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushsvc.plain.tables import Cell, cell_at, tables


def _cell(text: str, words: str) -> Cell:
    return next(cell for table in tables(text) for cell in table.cells() if cell.text == words)


def _heads(text: str, words: str) -> tuple[str | None, str | None]:
    cell = _cell(text, words)
    return cell.row_head, cell.column_head


SUBSIDY = (
    "补贴标准（单位：元）\n项目 | 补贴标准 | 补贴标准\n项目 | 城镇 | 农村\n"
    "电梯加装 | 100000 | 80000\n改造 | 5000 | 3000\n本表自发布之日起执行。"
)


def test_an_amount_stands_under_every_head_of_its_column_and_beside_the_name_of_its_row() -> None:
    assert _heads(SUBSIDY, "80000") == ("电梯加装", "补贴标准 农村")


def test_the_caption_that_names_the_unit_is_kept() -> None:
    assert [table.caption for table in tables(SUBSIDY)] == ["补贴标准（单位：元）"]


@pytest.mark.parametrize("text", [SUBSIDY, SUBSIDY.replace("\n", "\r\n"), "前言。\n\n" + SUBSIDY.replace(" | ", "\t")])
def test_every_cell_is_exactly_where_its_span_says(text: str) -> None:
    cells = [cell for table in tables(text) for cell in table.cells()]
    assert len(cells) == 12
    assert all(text[cell.start : cell.end] == cell.text for cell in cells)


def test_markdown_tables_are_read_and_their_rule_is_no_row() -> None:
    text = "| 等级 | 金额 |\n| :--- | ---: |\n| 一档 | 300元 |\n| 二档 | 500元 |"
    assert _heads(text, "500元") == ("二档", "金额")
    assert [len(table.rows) for table in tables(text)] == [3]


def test_a_markdown_head_with_figures_is_a_head_all_the_same() -> None:
    assert _heads("年份 | 3人户 | 4人户\n--- | --- | ---\n标准 | 三档 | 四档", "四档") == ("标准", "4人户")


def test_tabs_part_cells_when_two_lines_or_more_do_so() -> None:
    assert _heads("区\t电话\n越秀区\t020-83511111\n荔湾区\t020-83522222", "020-83522222") == ("荔湾区", "电话")
    assert tables("\t一、总则\n第一条\t为了规范管理，制定本办法。\n") == []


def test_names_with_values_have_no_column_heads() -> None:
    text = "咨询电话 | 020-12345678\n办理地点 | 各街道办事处"
    assert _heads(text, "020-12345678") == ("咨询电话", None)
    assert _heads("联系人： | 张三 | 电话： | 83511111\n联系人： | 李四 | 电话： | 83522222", "83522222") == ("电话：", None)


def test_a_place_over_figures_is_not_taken_for_a_head() -> None:
    assert _heads("办理地点 | 各街道办事处\n咨询电话 | 020-12345678\n监督电话 | 020-87654321", "020-87654321") == (
        "监督电话",
        None,
    )


def test_age_bands_head_the_amounts_below_them() -> None:
    assert _heads("年龄 | 60-79岁 | 80岁以上\n每月 | 100元 | 200元", "200元") == ("每月", "80岁以上")


def test_a_row_head_that_spans_rows_is_told_together_with_the_next() -> None:
    text = "类别 | 病种 | 限额\n一类 | 高血压病 | 200元/月\n一类 | 糖尿病 | 250元/月\n二类 | 癌症 | 900元/月"
    assert _heads(text, "250元/月") == ("一类 糖尿病", "限额")


def test_an_empty_row_head_goes_on_with_the_one_above() -> None:
    assert _heads("类别 | 档次 | 限额\n一类 | 甲 | 200元\n | 乙 | 300元", "300元")[0] == "一类 乙"


def test_a_table_that_ran_on_in_one_line_is_taken_apart_by_its_running_numbers() -> None:
    text = "业务电话\n序号 | 单位 | 电话 | 1 | 沙河街 | 37286460 | 2 | 五山街 | 87999952 | 3 | 员村街 | 85548213"
    assert _heads(text, "87999952") == ("五山街", "电话")


def test_a_line_that_ran_on_without_numbers_is_left_alone() -> None:
    assert tables("Name | Purpose | Expires | _ga | counts visits | 2 years | _gid | counts visits | 24 hours | x | y") == []


def test_an_english_table_has_its_heads() -> None:
    assert _heads("Age | Hourly rate\nUnder 21 | £8.60\n21 or over | £11.44", "£11.44") == ("21 or over", "Hourly rate")


def test_the_cell_of_a_position_is_found_and_none_outside_of_tables() -> None:
    found = tables(SUBSIDY)
    cell = cell_at(found, SUBSIDY.index("3000") + 1)
    assert cell is not None
    assert (cell.row_head, cell.column_head) == ("改造", "补贴标准 农村")
    assert cell_at(found, 0) is None
    assert cell_at(found, len(SUBSIDY) - 1) is None


@given(st.text(alphabet="|-\t\n 12元a项。", max_size=200))
def test_whatever_is_written_its_cells_are_where_they_say(text: str) -> None:
    for table in tables(text):
        assert len({len(row) for row in table.rows}) == 1
        assert all(text[cell.start : cell.end] == cell.text for row in table.rows for cell in row)
