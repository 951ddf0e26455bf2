"""Real pages: the document without what stands around it, its tables in rows, its links and files as data, scans named."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pushsvc.errors import InvalidRecord
from pushsvc.plain.furniture import is_furniture
from pushsvc.plain.page_reading import read_html
from pushsvc.plain.tables import tables

BODY = "本办法自2026年3月1日起施行，有效期五年。每户给予一次性补贴，最高不超过5000元，由街道办事处受理，逾期不再受理。"
TITLE = "关于困难家庭补贴的通知"


def _page(inside: str, *, around: str = "", title: str = TITLE) -> str:
    return (
        f"<html><head><meta name='ArticleTitle' content='{title}'></head><body>{around}"
        f"<div class='content-box'><h1>{title}</h1>{inside}</div></body></html>"
    )


def _text(inside: str, **more: str) -> str:
    return read_html(_page(f"<p>{BODY}</p>{inside}", **more)).source_text


def _table(*rows: str) -> str:
    cells = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<table>{cells}</table>"


def _heads(text: str, words: str) -> tuple[str | None, str | None]:
    cell = next(cell for table in tables(text) for cell in table.cells() if cell.text == words)
    return cell.row_head, cell.column_head


def test_a_cell_that_spans_rows_is_said_in_each_of_them() -> None:
    text = _text(
        _table(
            "<th>类别</th><th>病种</th><th>限额</th>",
            "<td rowspan=2>一类</td><td>高血压病</td><td>200元</td>",
            "<td>糖尿病</td><td>250元</td>",
        )
    )
    assert "一类 | 糖尿病 | 250元" in text.split("\n")
    assert _heads(text, "250元") == ("一类 糖尿病", "限额")


def test_a_head_that_spans_columns_stands_over_each_of_them() -> None:
    text = _text(
        _table(
            "<td rowspan=2>项目</td><td colspan=2>补贴标准（元）</td>",
            "<td>城镇</td><td>农村</td>",
            "<td>改造</td><td>5000</td><td>3000</td>",
        )
    )
    assert _heads(text, "3000") == ("改造", "补贴标准（元） 农村")


def test_a_figure_that_spans_columns_holds_for_each_of_them() -> None:
    text = _text(_table("<th>项目</th><th>城镇</th><th>农村</th>", "<td>改造</td><td colspan=2>5000元</td>"))
    assert "改造 | 5000元 | 5000元" in text


def test_columns_that_only_a_word_processor_made_are_not_shown() -> None:
    wide = "<td colspan=3>项目</td><td colspan=2>标准</td>", "<td colspan=3>改造</td><td colspan=2>5000元</td>"
    assert "改造 | 5000元" in _text(_table(*wide)).split("\n")


def test_a_cell_across_the_whole_table_heads_the_rows_below_it() -> None:
    rows = "<td>项目</td><td>标准</td>", "<td colspan=2>一、城镇</td>", "<td>改造</td><td>5000元</td>"
    text = _text(_table(*rows))
    assert "一、城镇" in text.split("\n")
    assert _heads(text, "5000元") == ("改造", "标准")


def test_line_ends_in_a_cell_do_not_break_its_row() -> None:
    text = _text(_table("<td>电话</td><td><p>020-12345678</p><p>020-87654321</p></td>", "<td>地点</td><td>甲<br>乙</td>"))
    assert "电话 | 020-12345678 020-87654321" in text
    assert "地点 | 甲 乙" in text


def test_a_number_split_over_spans_is_one_number() -> None:
    split = "<td>改造</td><td><span>5</span><span>000</span><font>元</font></td>"
    text = _text(f"<p>共<b>1</b><b>20</b>户。</p>{_table('<td>项目</td><td>标准</td>', split)}")
    assert "改造 | 5000元" in text
    assert "共120户。" in text


def test_a_word_set_wide_in_a_head_is_one_word() -> None:
    assert "序号 | 备注" in _text(_table("<th>序 号</th><th>备　注</th>", "<td>1</td><td>无</td>"))


def test_a_table_that_lays_out_the_page_is_not_rows() -> None:
    inner = _table("<td>改造</td><td>5000元</td>")
    layout = f"<table><tr><td><p>{BODY}</p><p>申请人应当如实填写。</p></td><td>{inner}</td></tr></table>"
    lines = _text(layout).split("\n")
    assert "申请人应当如实填写。" in lines
    assert "改造 | 5000元" in lines


def test_a_table_of_one_column_is_lines() -> None:
    assert _text(_table("<td>身份证</td>", "<td>户口簿</td>")).endswith("身份证\n户口簿")


def test_long_cells_stay_in_their_row() -> None:
    long = "对符合条件的家庭给予补贴，" * 12 + "最高5000元。"
    text = _text(
        _table(
            "<th>项目</th><th>内容</th><th>单位</th>", *[f"<td>第{n}项</td><td>{long}</td><td>民政局</td>" for n in "一二三"]
        )
    )
    assert f"第二项 | {long} | 民政局" in text.split("\n")


def test_the_foot_of_a_site_is_not_the_document() -> None:
    foot = (
        "<p>主办单位：某市人民政府办公室</p><p>联系电话：020-11111111</p><p>网站标识码：4401000059</p>"
        "<p>粤公网安备44010402001594号 粤ICP备11001610号</p><p>版权所有：某市人民政府</p>"
    )
    text = _text(foot)
    assert text.endswith("逾期不再受理。")


def test_an_organiser_of_the_document_itself_stays() -> None:
    assert "主办单位：某市民政局" in _text("<p>主办单位：某市民政局</p><p>联系电话：020-12345678</p>")


@pytest.mark.parametrize(
    "chrome",
    [
        "<div>您现在的位置：<a href='/'>首页</a> &gt; <a href='/a'>通知公告</a></div>",
        "<p>【字体：大 中 小】</p>",
        "<p>【打印本页】【关闭窗口】</p>",
        "<p>【返回顶部】【关闭窗口】</p>",
        "<p>微信扫一扫，分享到朋友圈</p>",
        "<p>用微信扫一扫，点击右上角分享按钮，将本文分享给您的好友或朋友圈。</p>",
        "<p>上一页 1 2 3 下一页 共3页</p>",
        "<p>上一篇：关于停水的公告</p>",
        "<p>浏览次数：1234</p>",
        "<h3>相关链接：</h3><ul><li><a href='/1.html'>《补贴办法》政策解读</a> 2026-01-01</li></ul>",
        "<h3>政策解读</h3><p><a href='/1.html'>一图读懂补贴办法</a></p>",
        "<ul>" + "".join(f"<li><a href='/{n}'>市直{n}局网站</a></li>" for n in range(8)) + "</ul>",
        "<p>附件：<a href='/a.docx'>申请表.docx</a></p>",
        "<p>Is this page useful?</p>",
    ],
)
def test_what_stands_around_a_document_is_not_in_it(chrome: str) -> None:
    assert _text(chrome) == f"{TITLE}\n{BODY}"


@pytest.mark.parametrize(
    "line",
    [
        "微信扫一扫下方二维码，即可查看附近的优待卡业务办理网点。",
        "来源可靠、用途明确的资金可以申请配套补助，须经区民政局审核同意后拨付，并接受审计部门的监督检查，结果向社会公开，任何单位不得截留挪用。",
        "打印申请表后到街道办事处办理。",
        "更多优惠见下表。",
        "详见<a href='/b.html'>申请指南</a>",
    ],
)
def test_sentences_that_begin_like_chrome_stay(line: str) -> None:
    assert read_html(_page(f"<p>{BODY}</p><p>{line}</p>")).source_text.count("\n") == 2


def test_files_are_data_with_their_names_and_addresses() -> None:
    reading = read_html(
        _page(f"<p>{BODY}</p><p>附件：</p><p><a href='P020.docx'>1.申请表.docx</a></p><p><a href='/dl?id=7'>2.目录.pdf</a></p>")
    )
    assert reading.attachments == (("1.申请表.docx", "P020.docx"), ("2.目录.pdf", "/dl?id=7"))
    assert "申请表" not in reading.source_text


def test_links_of_the_text_and_of_the_related_block_are_kept_and_the_menu_is_not() -> None:
    menu = "<ul class='nav'><li><a href='/x.html'>政务公开</a></li></ul>"
    related = "<div class='xgwj'><a href='/2.html' title='《关于困难家庭补贴的通知》政策解读'>《关于困难家庭…</a></div>"
    reading = read_html(
        _page(
            f"<p>{BODY}<a href='https://a.example/1.html'>《补贴办法》</a></p><p>政策解读：https://a.example/3.html</p>",
            around=menu + related,
        )
    )
    assert reading.links == (
        ("《补贴办法》", "https://a.example/1.html"),
        ("《关于困难家庭补贴的通知》政策解读", "/2.html"),
        ("政策解读", "https://a.example/3.html"),
    )


def test_at_most_200_links_are_kept() -> None:
    many = "".join(f"<p>见<a href='/{n}.html'>第{n}号文件</a>。</p>" for n in range(300))
    assert len(read_html(_page(f"<p>{BODY}</p>{many}")).links) == 200


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ("<p><img src='/W020.jpg'></p><p><img src='/W021.jpg'></p>", "scan: .*2 pictures"),
        ("<iframe src='/web/viewer.html?file=/a.pdf'></iframe>", "scan: .*a PDF in a frame"),
        ("<embed type='application/pdf' src='/a'>", "scan: .*a PDF in a frame"),
        ("<p><a href='/a.pdf'>补贴名单.pdf</a></p>", "only files: .*补贴名单.pdf"),
    ],
)
def test_a_page_without_text_is_refused_by_what_it_shows_and_with_the_way_out(inside: str, words: str) -> None:
    menu = "<div class='menu'>" + "<a href='/x'>政务公开信息</a>" * 30 + "</div>"
    with pytest.raises(InvalidRecord, match=f"{words}.*attachments"):
        read_html(_page(f"<div class='TRS_Editor'>{inside}</div>", around=menu))


def test_a_short_notice_in_an_article_is_not_lost_among_menus() -> None:
    menu = "<div>" + "<p>本网站欢迎社会各界监督并提出宝贵的意见和建议。</p>" * 8 + "</div>"
    assert (
        "明日8时至18时停水，请储水备用。"
        in read_html(_page("<div id='zoom'><p>明日8时至18时停水，请储水备用。</p></div>", around=menu)).source_text
    )


def test_a_hidden_copy_of_the_text_is_not_read_twice() -> None:
    text = read_html(_page(f"<p>{BODY}</p>", around=f"<div style='display:none'>{TITLE}{BODY}{'　' * 20}</div>")).source_text
    assert text.count("逾期不再受理") == 1


def test_the_number_in_the_box_above_a_document_is_its_number() -> None:
    box = "<table><tr><td>索 引 号：</td><td>1-2</td></tr><tr><td>文 号：</td><td>金规〔2025〕24号</td></tr></table>"
    assert read_html(_page(f"<div id='zoom'><p>{BODY}</p></div>", around=box)).doc_number == "金规〔2025〕24号"


def test_links_headings_and_asides_of_an_article_are_its_text_whatever_they_are_called() -> None:
    page = (
        "<div class='govspeak'><h2 id='shared-values'>Sharing views on related cookies</h2>"
        "<p>The <a href='/a' class='govuk-link'>vaccine centre</a> (<abbr title='x'>VDEC</abbr>) pays £500.</p>"
        f"<p>{'It helps many people. ' * 20}</p><aside class='stat-headline'><p><em>£6bn</em> in total</p></aside></div>"
        "<aside><p>Follow us on social media</p></aside>"
    )
    text = read_html(f"<html><body>{page}</body></html>").source_text
    assert "Sharing views on related cookies" in text
    assert "The vaccine centre (VDEC) pays £500." in text
    assert "£6bn in total" in text
    assert "Follow us" not in text


def test_a_long_list_of_links_in_an_article_is_its_text() -> None:
    rows = "".join(f"<li><a href='/{n}'>Inspection outcomes of year {n}</a></li>" for n in range(2010, 2020))
    page = f"<div class='govspeak'><p>{'We publish statistics on schools. ' * 20}</p><ul>{rows}</ul></div>"
    assert "Inspection outcomes of year 2015" in read_html(f"<html><body>{page}</body></html>").source_text


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("日期： 2020-06-18 浏览量：1283 来源：阜蒙县健康促进工作领导小组办公室 文字大小： 大 中 小", True),
        ("访问量：687", True),
        ("发布时间：2026-03-01 09:30 来源：市民政局", True),
        ("发布日期：2026年3月1日", True),
        ("日期：2026-03-01 报名，来源：不限", False),
        ("时间：2026年3月1日", False),
        ("活动日期：2026-03-01", False),
        ("申报时间：2026年3月1日至4月1日", False),
        ("来源" * 79, False),
    ],
)
def test_a_line_of_head_matter_is_told_from_a_line_of_the_document(line: str, expected: bool) -> None:
    assert is_furniture(line) is expected


def test_the_day_of_an_event_in_the_first_lines_is_not_taken_for_the_day_of_publication() -> None:
    lines = "<p>发布时间：2026-02-01 09:00</p><p>活动时间：2026年3月1日9:00</p><p>时间：2026年3月2日</p>"
    reading = read_html(_page(f"{lines}<p>{BODY}</p>"))
    assert "活动时间：2026年3月1日9:00\n时间：2026年3月2日" in reading.source_text
    assert "发布时间" not in reading.source_text
    assert reading.published_at == datetime(2026, 2, 1, 1, 0, tzinfo=UTC)
