"""Postpositions after Hangul, Latin letters, digits, quotation marks and brackets."""

import pytest

from announcements.documents.josa import josa, with_josa


@pytest.mark.parametrize(
    ("word", "topic", "subject", "object", "direction", "company"),
    [
        ("관세청", "은", "이", "을", "으로", "과"),
        ("부서", "는", "가", "를", "로", "와"),
        ("AI", "는", "가", "를", "로", "와"),
        ("R", "은", "이", "을", "로", "과"),
        ("SQL", "은", "이", "을", "로", "과"),
        ("2025년", "은", "이", "을", "으로", "과"),
        ("3", "은", "이", "을", "으로", "과"),
        ("서울", "은", "이", "을", "로", "과"),
        ("10", "은", "이", "을", "으로", "과"),
        ("(주)한국", "은", "이", "을", "으로", "과"),
        ("홍길동(사무관)", "은", "이", "을", "으로", "과"),
        ("관세(Customs)", "는", "가", "를", "로", "와"),
        ("‘빅데이터 분석’", "은", "이", "을", "으로", "과"),
        ("“'불법 환전상'을 막아라”", "는", "가", "를", "로", "와"),
        ("「2024 빅데이터 어워드」", "는", "가", "를", "로", "와"),
        ("RPA", "는", "가", "를", "로", "와"),
        ("Python", "은", "이", "을", "으로", "과"),
        ("Excel", "은", "이", "을", "로", "과"),
        ("Google", "은", "이", "을", "로", "과"),
        ("Customs", "는", "가", "를", "로", "와"),
        ("7", "은", "이", "을", "로", "과"),
        ("2", "는", "가", "를", "로", "와"),
        ("10,000", "은", "이", "을", "으로", "과"),
        ("1,000,000,000,000", "는", "가", "를", "로", "와"),
        ("3.2", "는", "가", "를", "로", "와"),
        ("25%", "는", "가", "를", "로", "와"),
        ("(주)", "는", "가", "를", "로", "와"),
        ("펲", "은", "이", "을", "으로", "과"),
        ("", "는", "가", "를", "로", "와"),
    ],
)
def test_the_postposition_fits(word, topic, subject, object, direction, company):
    pairs = ("은/는", "이/가", "을/를", "으로/로", "과/와")
    assert tuple(josa(word, pair) for pair in pairs) == (topic, subject, object, direction, company)


def test_a_pair_may_be_written_either_way_round():
    assert with_josa("서울세관", "와/과") == "서울세관과"
    assert with_josa("서울", "로/으로") == "서울로"
    with pytest.raises(KeyError):
        josa("서울", "이랑/랑")
