"""Reposts fold, independent reports do not, and the order of the articles does not matter."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.stories import fingerprint, group, story_keys

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
    assert fingerprint("专家正在义诊") == frozenset()
    assert story_keys([(1, "专家正在义诊"), (2, "专家正在义诊")]) == {1: 1, 2: 2}


def test_numbers_fit_the_database_and_are_few() -> None:
    numbers = fingerprint(WHOLE)
    assert all(-(1 << 63) <= number < 1 << 63 for number in numbers)
    assert len(numbers) < len(WHOLE) / 2


def test_a_story_in_very_many_papers_is_one() -> None:
    keys = story_keys((key, WHOLE) for key in range(200))
    assert set(keys.values()) == {0}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sets(st.sampled_from([FIRST, SECOND, THIRD, FOURTH, *OTHER.split("\n")])), max_size=6), st.randoms())
def test_order_does_not_matter(texts: list[set[str]], random: object) -> None:
    prints = {key: fingerprint("\n".join(sorted(parts))) for key, parts in enumerate(texts)}
    expected = group(prints)
    for order in itertools.islice(itertools.permutations(prints), 24):
        assert group({key: prints[key] for key in order}) == expected
