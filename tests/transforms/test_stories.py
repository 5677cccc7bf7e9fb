"""Reposts fold, independent reports do not, and the order of the articles does not matter."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.grouped_stories import shared_paragraphs, story_keys
from tests.transforms.timing import LINEAR, ratio
from transforms.paragraph_matches import repeated
from transforms.stories import prints

FIRST = "援疆医疗队在北山县人民医院开展为期一年的帮扶，接诊患者3200人次，完成手术86台，举办讲座15场。"
SECOND = "队员们与当地青年医生结对带教，培训医护人员600余人次，新建胸痛、卒中两个中心，填补县域空白。"
THIRD = "县卫健委负责人表示，希望专家们把先进理念留在高原，让牧民在家门口享受到优质的医疗服务。"
FOURTH = "医院还选派五名骨干到内地跟班学习三个月，回来后独立开展新技术四项，受到患者一致好评。"
OTHER = (
    "南河县一名患者术后突发出血，正在吃晚饭的援疆专家放下碗筷赶到手术室，经过两个小时的抢救，患者转危为安。\n"
    "“是专家救了我的命。”患者说。医院院长介绍，这样的急诊手术一年里有几十台。"
)
WHOLE = "\n".join((FIRST, SECOND, THIRD, FOURTH))


def test_a_shortened_repost_folds() -> None:
    assert story_keys([(5, WHOLE), (3, f"另拟的标题\n{FIRST}\n{FOURTH}"), (9, OTHER)]) == {5: 3, 3: 3, 9: 9}


def test_a_repost_with_a_changed_figure_in_other_paragraphs_folds() -> None:
    changed = WHOLE.replace("\n", "").replace("86台", "68台")
    assert story_keys([(1, WHOLE), (2, changed)])[2] == 1


def test_independent_reports_of_one_event_stay_apart() -> None:
    again = (
        "十月十五日晚，南河县人民医院接诊了一位术后出血的患者，在援疆专家的指导下，急诊止血手术顺利完成。" + SECOND[:10]
    )
    assert story_keys([(1, OTHER), (2, again)]) == {1: 1, 2: 2}


def test_short_texts_are_nobodys_repost() -> None:
    assert [len(each) for each in prints("专家正在义诊")] == [0, 0]
    assert story_keys([(1, "专家正在义诊"), (2, "专家正在义诊")]) == {1: 1, 2: 2}


def test_a_paragraph_that_was_shortened_or_mended_is_shared() -> None:
    shorter = f"{FIRST[:-12]}。\n{SECOND.replace('600余人次', '六百余人次')}\n{OTHER}"
    assert shared_paragraphs(shorter, WHOLE) == (2, 4)
    assert shared_paragraphs(WHOLE, shorter) == (2, 4)
    assert shared_paragraphs(WHOLE, OTHER) == (0, 4)


def test_a_repost_inside_a_larger_page_folds_and_one_shared_quotation_does_not() -> None:
    page = f"{OTHER}\n{THIRD}\n{OTHER.replace('南河', '东川').replace('两个小时', '一夜')}"
    assert story_keys([(1, WHOLE), (2, page)]) == {1: 1, 2: 2}
    assert story_keys([(1, f"{SECOND}\n{THIRD}"), (2, f"{page}\n{SECOND}")]) == {1: 1, 2: 1}


def test_a_paragraph_repeats_what_it_shortens_and_nothing_else() -> None:
    first, second, third = (part.replace("，", "") for part in (FIRST, SECOND, THIRD))
    assert repeated([first, second, third], [third[4:], first[:-6]]) == [first, third]
    assert repeated([first[:12]], [first + third]) == []
    assert repeated([], [first]) == repeated([first], []) == []


def test_the_paragraphs_of_a_very_long_page_are_compared_alike() -> None:
    page = [f"{key}号{FIRST.replace('，', str(key))}" for key in range(300)]
    mended = [part.replace("一年", "三年") for part in page[:40]]
    assert repeated(mended, page[:40]) == repeated(mended, page) == mended


def test_many_stories_take_time_in_proportion() -> None:
    def numbered(size: int) -> list[tuple[int, str]]:
        return [
            (key, f"{WHOLE}\n{OTHER}".replace("县", f"{key}县").replace("，", f"{key * 7}，")) for key in range(size)
        ]

    story_keys(numbered(20))
    assert ratio(story_keys, numbered(150), numbered(300)) < LINEAR


def test_a_story_in_very_many_papers_is_one() -> None:
    keys = story_keys((key, WHOLE) for key in range(200))
    assert set(keys.values()) == {0}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sets(st.sampled_from([FIRST, SECOND, THIRD, FOURTH, *OTHER.split("\n")])), max_size=6), st.randoms())
def test_order_does_not_matter(texts: list[set[str]], random: object) -> None:
    articles = {key: "\n".join(sorted(parts)) for key, parts in enumerate(texts)}
    expected = story_keys(articles.items())
    for order in itertools.islice(itertools.permutations(articles.items()), 24):
        assert story_keys(order) == expected
