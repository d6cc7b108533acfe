"""The front door opens in a real browser."""


def test_landing_says_what_to_do_first(site):
    page = site.page()
    page.goto("/")
    assert page.inner_text("h1") == "어워드"
    assert "아직 어워드가 없습니다." in page.inner_text("main")
