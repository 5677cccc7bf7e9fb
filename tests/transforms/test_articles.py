"""A page into its stories, on pages of our own."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.articles import split
from transforms.articles.paragraphs import kind_of
from transforms.articles.sectors import sector_of
from transforms.model import Article, Document
from transforms.repair import repair


def document(text: str, **fields: object) -> Document:
    return Document(
        document_key="0" * 64,
        name="page.txt",
        address="page.txt",
        media_type="text/plain",
        charset="utf-8",
        size_bytes=len(text.encode()),
        text=text,
        **fields,  # type: ignore[arg-type]
    )


def articles(text: str, **fields: object) -> tuple[Article, ...]:
    return split(document(text, **fields), repair(text)[0])


NORTH = (
    "近日，北山县人民医院迎来首批援疆专家。专家们在北山县人民医院开展义诊16场，接诊患者1200人次。\n"
    "北山县卫健委负责人表示，援疆医疗队让北山县群众在家门口看上了病。"
)
SOUTH = (
    "从2016年7月开始，南河县接受对口支援。南河县人民医院新建产科和内镜室，完成手术86台。\n"
    "“以前要去省城看病。”南河县牧民说，南河县人民医院的变化很大。"
)
PAVING = (
    "本报讯 通讯员王工报道：近日，青石镇人居环境提升项目施工现场，工人们铺装路砖、改造路面。\n"
    "青石镇利用援疆资金300万元，新建人行道、停车场，道路焕然一新，卫生院门前也通了路。"
)
NOTICES = (
    "●李某护士执业证遗失，特此声明。\n●北山县某公司公章遗失，声明作废。\n变更公告\n某银行北山县支行将于下月搬迁，特此公告。\n"
    "特此公告\n某银行股份有限公司\n北山县支行\n2024年11月15日"
)


def test_credits_end_stories_and_titles_read_elsewhere_come_home() -> None:
    found = articles(
        f"{NORTH}（健康北山）\n\n山海相连 医路同行\n{SOUTH}\n\n（边疆日报·客户端）\n\n"
        f"北山县迎来援疆专家义诊\n\n{PAVING}"
    )
    assert [story.headline for story in found] == ["北山县迎来援疆专家义诊", "山海相连 医路同行", None]
    assert [story.outlet for story in found] == ["健康北山", "边疆日报·客户端", None]
    assert [story.sector for story in found] == ["health", "health", "construction"]
    assert "南河" not in found[0].text
    assert "北山" not in found[1].text
    assert found[2].byline == "通讯员王工"


def test_headlines_read_last_find_their_stories() -> None:
    found = articles(
        f"{PAVING}\n\n{NOTICES}\n\n本报讯 记者李明报道：{NORTH}\n\n"
        "北山县人民医院\n\n迎来首批援疆专家\n\n青石镇\n\n改造路面铺平道路\n\n证件遗失声明"
    )
    assert [(story.kind, story.headline) for story in found] == [
        ("news", "青石镇 改造路面铺平道路"),
        ("notice", None),
        ("news", "北山县人民医院 迎来首批援疆专家"),
    ]
    assert found[1].text.endswith("证件遗失声明")
    assert "某银行股份有限公司" in found[1].text
    assert found[1].sector == "notices"
    assert {story.published_on for story in found} == {date(2024, 11, 15)}
    assert {story.published_origin for story in found} == {"text"}


def test_subheads_stay_in_their_story() -> None:
    found = articles(
        f"援疆医疗队在北山 三年写下新篇章\n\n{NORTH}\n\n提升服务能力\n\n"
        "在专家帮助下，北山县人民医院成立介入室，填补空白。\n\n"
        "培养本地人才\n\n专家与北山县人民医院青年医生结对，带教12名徒弟。"
    )
    assert len(found) == 1
    assert found[0].headline == "援疆医疗队在北山 三年写下新篇章"
    assert found[0].text.split("\n")[0] == found[0].headline
    assert "\n培养本地人才\n专家与" in found[0].text


def test_a_title_between_two_places_parts_two_stories() -> None:
    found = articles(f"北山县迎来援疆专家\n{NORTH}\n\n南河县医院面貌一新\n{SOUTH}")
    assert [story.headline for story in found] == ["北山县迎来援疆专家", "南河县医院面貌一新"]


def test_a_headline_in_the_middle_of_its_story_is_lifted() -> None:
    found = articles(
        f"{NORTH}\n\n三年接力\n一支带不走的医疗队\n\n北山县人民医院还派出12名骨干进修，北山县群众十分满意。"
    )
    assert len(found) == 1
    assert found[0].text.startswith("三年接力 一支带不走的医疗队\n近日，北山县")


def test_captions_stand_apart() -> None:
    found = articles(
        f"本报讯 记者李明报道：{NORTH}\n\n"
        "近日，青石镇中心小学，学生们在新教室上课。\n□本报记者 王 芳摄\n\n援疆专家正在进行内镜手术演示"
    )
    assert [story.kind for story in found] == ["news", "caption", "caption"]
    assert found[1].text.endswith("王芳摄")


def test_masthead_date_dates_every_story_and_a_dateline_without_year_none() -> None:
    dated = articles(f"边疆日报 2024年6月18日 星期二 第2版\n\n北山县迎来专家\n\n{NORTH}\n\n{PAVING}")
    assert {story.published_on for story in dated} == {date(2024, 6, 18)}
    assert articles("中新网西宁6月12日电 " + NORTH)[0].published_on is None
    assert articles("新华社北京2023年6月12日电 " + NORTH)[0].published_on == date(2023, 6, 12)


def test_the_files_date_stands_where_the_text_has_none() -> None:
    story = articles(NORTH, published_on=date(2022, 1, 2), published_origin="name")[0]
    assert (story.published_on, story.published_origin) == (date(2022, 1, 2), "name")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2024年11月15日", "date"),
        ("藏北日刊 2023年11月2日 星期四", "date"),
        ("2020年8月4日正式投入使用", "title"),
        ("（健康昌吉）", "credit"),
        ("□本报记者 李明", "byline"),
        ("□王芳摄", "byline"),
        ("证件遗失声明", "notice"),
        ("医路同行 山海情深", "title"),
        ("专家正在为患者做手术", "caption"),
        ("专家们受到欢迎。", "text"),
    ],
)
def test_kinds_of_paragraphs(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("text", "sector"),
    [
        ("工人们铺装路砖、改造路面，镇卫生院门前新建人行道。", "construction"),
        ("人社系统业务骨干就社保、就业和工伤预防座谈。", "human_resources"),
        ("民宿业主考察景区，学习全域旅游规划。", "culture_tourism"),
        ("小学援疆教师走进课堂，带动师生共同进步。", "education"),
        ("医疗队在小学为学生开展义诊，接诊患者300人次。", "health"),
        ("天气晴朗。", "general"),
    ],
)
def test_sectors(text: str, sector: str) -> None:
    found, words = sector_of(None, text)
    assert found == sector
    assert all(word in text for word in words)


LINES = (
    "山海相连 医路同行",
    "提升服务能力",
    "□王芳摄",
    "□本报记者 李明",
    "（健康北山）",
    "2024年3月5日",
    "专家正在义诊",
    "——三年综述",
    "其他声明",
    "",
)
PARTS = st.sampled_from([*LINES, *"\n".join((NORTH, SOUTH, PAVING, NOTICES)).split("\n")])


@settings(max_examples=300, deadline=None)
@given(st.lists(PARTS, max_size=30).map("\n".join))
def test_nothing_of_a_page_is_lost_or_doubled(page: str) -> None:
    repaired, _ = repair(page)
    found = split(document(page), repaired)
    squeezed = "".join(sorted("".join(repaired.split())))
    assert "".join(sorted("".join("".join(story.text for story in found).split()))) == squeezed
    assert [story.ordinal for story in found] == list(range(len(found)))
    assert len({story.article_key for story in found}) == len(found)
    for story in found:
        assert story.headline is None or story.text.startswith(story.headline)
        assert story.text.strip()


def test_a_photo_in_the_middle_of_a_story_does_not_end_it() -> None:
    first, rest = NORTH.split("\n")
    found = articles(
        f"北山县迎来援疆专家义诊\n\n{first}\n\n专家为北山县患者检查。\n（张三 摄）\n\n{rest}\n\n（健康北山）"
    )
    assert [(story.kind, story.headline) for story in found] == [("news", "北山县迎来援疆专家义诊"), ("caption", None)]
    assert found[0].text.endswith(f"{rest}\n（健康北山）")
    apart = articles(f"北山县迎来援疆专家义诊\n\n{first}\n\n专家为北山县患者检查。\n（张三 摄）\n\n{SOUTH}")
    assert [story.kind for story in apart] == ["news", "caption", "news"]


@pytest.mark.parametrize(
    "line",
    [
        "发布时间：2024-06-18 09:34:00 来源：新华网",
        "2024-06-18 11:27   来源：东南网  责任编辑：李四   我来说两句",
        "来源 : 新华网    作者 : 王五    发布时间 : 2024-06-18",
        "2024年06月18日 21:07 | 来源：新华社",
        "来源：中新网发布时间：2024-06-18 21:56点击数：974",
        "时间：2024-06-18 16:24:39       来源：新华社",
    ],
)
def test_the_line_below_a_headline_dates_the_story(line: str) -> None:
    (story,) = articles(f"福建医生走进昌吉\n{line}\n医疗队在昌吉市人民医院接诊患者1200人次。")
    assert (story.headline, story.published_on) == ("福建医生走进昌吉", date(2024, 6, 18))
    assert line not in story.headline


@pytest.mark.parametrize(
    "opening",
    ["本报讯 2024年6月18日，", "本报讯（记者 张三）2024年6月18日，", "新华社拉萨2024年6月18日电 "],
)
def test_a_report_that_begins_with_its_day_is_dated_by_it(opening: str) -> None:
    (story,) = articles(f"{opening}福建医疗队启程赴新疆昌吉。去年他们接诊患者1200人次。")
    assert story.published_on == date(2024, 6, 18)


@pytest.mark.parametrize(
    "text", ["2024年6月18日医疗队来源广泛。", "时间：2024年6月18日，地点：昌吉。", "自2024年6月18日起接诊时间延长"]
)
def test_running_text_with_a_date_is_no_date_line(text: str) -> None:
    assert kind_of(text) != "date"
