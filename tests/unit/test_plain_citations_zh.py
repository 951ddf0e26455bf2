"""What a Chinese document cites and why, its own number, and where and whom one can ask."""

from __future__ import annotations

import pytest

from tests.unit.plain_documents import said


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "根据《保障条例》（某府〔2020〕3号）、《补贴办法》（省政府令第81号）等规定，制定本办法。",
            [("basis", "某府〔2020〕3号"), ("basis", "省政府令第81号")],
        ),
        (
            "《甲通知》（某民规〔2018〕10号）、《乙通知》（某民规〔2018〕11号）同时废止。",
            [("repealed", "某民规〔2018〕10号"), ("repealed", "某民规〔2018〕11号")],
        ),
        ("已根据《救助办法》（某办〔2019〕14号）享受补助的，不再重复享受。", [("related", "某办〔2019〕14号")]),
        ("某市人民政府令\n第79号\n《优待办法》已经通过。", [("self", "某市人民政府令第79号")]),
        ("（2021年7月27日中华人民共和国国务院令第746号公布）\n第一章 总则", [("self", "国务院令第746号")]),
        (
            "为稳定市场，根据实际制定本措施。购房补贴标准继续参照东府办发[2022]56号文件执行。",
            [("related", "东府办发〔2022〕56号")],
        ),
    ],
)
def test_a_number_is_cited_for_what_governs_its_list(text: str, found: list[tuple[str, str]]) -> None:
    assert said(text, "doc_number") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("依据《民法典》第四百零六条办理。", [("basis", "民法典")]),
        ("九、办理依据\n《社会保险法》、《养老保险条例》", [("basis", "社会保险法"), ("basis", "养老保险条例")]),
        ("由公安机关依照《治安管理处罚法》有关规定予以处罚。", [("penalty", "治安管理处罚法")]),
        ("根据《房地产估价规范》等制定指引。", [("basis", "房地产估价规范")]),
        ("现将《健康城市建设规划》印发给你们。", []),
    ],
)
def test_a_law_or_a_paper_is_cited_as_a_basis_or_for_a_penalty(text: str, found: list[tuple[str, str]]) -> None:
    assert said(text, "legal_ref") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("咨询电话：2281697、2281698。", ["2281697", "2281698"]),
        ("咨询：028-85550001、85550002或85550003。", ["028-85550001", "85550002", "85550003"]),
        ("联系电话/传真：028-85551234。", ["028-85551234"]),
        ("传真：028-85551235。", []),
        ("可拨打95533热线或致电12345。", ["95533", "12345"]),
        ("网站标识码：5101000012，蜀ICP备05041030号，川公网安备 51010002000123号。", []),
        ("开户账号：6222021234567890123，联系人138****1234。", []),
        ("咨询日期20260315。", []),
    ],
)
def test_numbers_that_one_can_call_are_told_from_those_that_one_cannot(text: str, found: list[str]) -> None:
    assert [value for _, value in said(text, "phone")] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("资料提交地点：某市市民服务大厅(二楼9号窗口)，咨询电话：0951-2078456。", [("apply", "某市市民服务大厅(二楼9号窗口)")]),
        (
            "区人才科，天河区天府路1号大院2号楼1109-2室，咨询电话：020-38200174。",
            [("handle", "天河区天府路1号大院2号楼1109-2室")],
        ),
        ("经营地址变更的，应当报告。", []),
        ("专利地址为本市辖区的发明人，按标准计分。", []),
    ],
)
def test_an_address_is_read_behind_its_label_or_beside_its_telephone(text: str, found: list[tuple[str, str]]) -> None:
    assert said(text, "address") == found


def test_a_date_glued_to_an_address_on_the_net_is_no_part_of_it() -> None:
    assert [value for _, value in said("来源：www.sc.example.com2026-05-1209:50 发布", "url")] == ["www.sc.example.com"]
