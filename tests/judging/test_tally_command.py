"""`manage.py tally`: recounts finals from files, without a database."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

FINAL = {
    "rule": "mean",
    "criteria": [{"id": "효과", "points": 30}],
    "judges": [{"id": "J1", "external": False, "chair": True, "reserve": False}],
    "called_reserves": [],
    "finalists": ["가", "나"],
    "marks": [{"judge": "J1", "finalist": "가", "criterion": "효과", "points": 20},
              {"judge": "J1", "finalist": "나", "criterion": "효과", "points": 30}],
    "recused": [],
    "screening": {"가": "250/3"},
    "prizes": [["최우수상", 1]],
    "quorum": {"sheets": 1, "external": 0},
    "trim_from": 5,
}
ANSWER = {
    "scores": {"가": "20/1", "나": "30/1"},
    "order": [["나"], ["가"]],
    "prizes": {"나": "최우수상"},
    "decided_by": {},
    "unresolved": [],
    "quorum": {"가": True, "나": True},
}


@pytest.fixture
def write(tmp_path):
    """Writes a file of JSON, or of text as it is, and returns its path."""
    def write(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path
    return write


def run(*arguments):
    out = StringIO()
    call_command("tally", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_one_file_is_answered_on_standard_output_in_readable_korean(write):
    printed = run(write("final.json", FINAL))
    assert json.loads(printed) == ANSWER
    assert "최우수상" in printed


def test_a_file_that_begins_with_a_byte_order_mark_is_read(write):
    assert json.loads(run(write("final.json", "\ufeff" + json.dumps(FINAL)))) == ANSWER


def test_several_files_are_answered_one_each_of_the_same_name(write, tmp_path):
    out = tmp_path / "new" / "answers"
    assert run(write("가.json", FINAL), write("b/b.json", FINAL | {"prizes": [["상", 2]]}), "--out", out) == ""
    assert sorted(path.name for path in out.iterdir()) == ["b.json", "가.json"]
    assert json.loads((out / "가.json").read_text("utf-8")) == ANSWER
    assert json.loads((out / "b.json").read_text("utf-8"))["prizes"] == {"나": "상", "가": "상"}


def test_one_file_goes_to_the_folder_too_where_one_is_named(write, tmp_path):
    assert run(write("in/final.json", FINAL), "--out", tmp_path) == ""
    assert json.loads((tmp_path / "final.json").read_text("utf-8")) == ANSWER


def test_several_files_without_a_folder_are_refused(write):
    with pytest.raises(CommandError, match="^Several files need --out DIR"):
        run(write("a.json", FINAL), write("b.json", FINAL))


def test_two_inputs_of_one_name_are_refused_before_anything_is_written(write, tmp_path):
    with pytest.raises(CommandError, match="another input has the same name"):
        run(write("a/final.json", FINAL), write("b/final.json", FINAL), "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_answer_never_replaces_its_input(write, tmp_path):
    file = write("final.json", FINAL)
    with pytest.raises(CommandError, match="the answer would replace the input"):
        run(file, "--out", tmp_path)
    assert json.loads(file.read_text("utf-8")) == FINAL


def test_a_bad_file_is_named_with_the_place_and_the_good_ones_are_answered(write, tmp_path):
    bad = write("bad.json", FINAL | {"marks": [FINAL["marks"][0] | {"points": 31}]})
    with pytest.raises(CommandError) as refused:
        run(bad, write("good.json", FINAL), "--out", tmp_path / "out")
    assert str(refused.value) == f"{bad}: marks[0].points: 31 is more than 30, the points of criterion 효과"
    assert refused.value.returncode == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["good.json"]


@pytest.mark.parametrize(("content", "message"), [
    ("", "Expecting value: line 1 column 1"),
    ('{"rule": "mean",}', "line 1 column 17"),
    ('{"rule": "mean", "rule": "trimmed"}', "'rule' stands twice in one object"),
    ("[" * 100_000, "maximum recursion depth"),
    ("9" * 5_000, "Exceeds the limit"),
    ("null", "the final: None is not an object"),
    (json.dumps(FINAL | {"trim_from": float("nan")}), "trim_from: nan is not a whole number"),
    (json.dumps(FINAL | {"finalists": ["\ud800"], "marks": [], "screening": {}}),
     "finalists[0]: '\\ud800' can't be written"),
])
def test_what_is_no_final_is_refused_by_name(write, tmp_path, content, message):
    file = write("final.json", content)
    with pytest.raises(CommandError) as refused:
        run(file, "--out", tmp_path / "out")
    assert str(refused.value).startswith(f"{file}: ")
    assert message in str(refused.value)


def test_a_file_that_is_not_there_or_not_utf_8_is_refused_by_name(write, tmp_path):
    latin = tmp_path / "latin.json"
    latin.write_bytes(json.dumps(FINAL, ensure_ascii=False).encode("cp949"))
    with pytest.raises(CommandError) as refused:
        run(tmp_path / "none.json", latin, tmp_path, "--out", tmp_path / "out")
    lines = str(refused.value).split("\n")
    assert [line.split(": ")[0] for line in lines] == [str(tmp_path / "none.json"), str(latin), str(tmp_path)]
    assert "No such file" in lines[0] and "utf-8" in lines[1] and "directory" in lines[2]
