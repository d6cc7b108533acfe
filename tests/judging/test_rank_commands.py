"""`manage.py rank` and `manage.py assign_reviews`: answers to files, without a database."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from judging.assignment import plan

ENTRIES, REVIEWERS = [f"출품작{n}" for n in range(8)], [f"위원{n}" for n in range(4)]
QUESTION = {"k": 3, "entries": ENTRIES, "reviewers": REVIEWERS, "conflicts": [["출품작0", "위원1"]]}
MARKS = {
    "top": 3,
    "entries": ENTRIES,
    "reviewers": REVIEWERS,
    "reviews": [
        {
            "entry": entry,
            "reviewer": reviewer,
            "score": 40 + 6 * ENTRIES.index(entry) + REVIEWERS.index(reviewer) * 3.5,
        }
        for entry, reviewer in plan(ENTRIES, REVIEWERS, 3, set()).pairs
    ],
}


@pytest.fixture
def write(tmp_path):
    """Writes JSON, or text as it is, and returns the path."""

    def write(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write


def run(command, *arguments):
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out)
    return json.loads(out.getvalue())


def test_rank_answers_on_standard_output(write):
    answer = run("rank", write("marks.json", MARKS))
    assert list(answer) == ["official", "adjusted", "p_top", "reviewers", "icc", "warnings", "seed"]
    assert sorted(answer["adjusted"], key=answer["adjusted"].get)[-3:] == ENTRIES[-3:]
    assert sum(answer["p_top"].values()) == pytest.approx(3)
    assert answer["official"] == pytest.approx(
        {
            e: sum(of) / len(of)
            for e in ENTRIES
            for of in [[r["score"] for r in MARKS["reviews"] if r["entry"] == e]]
        }
    )
    assert set(answer["reviewers"]["위원0"]) == {"severity", "spread", "noise", "n"}
    assert answer["reviewers"]["위원0"]["severity"] < 0 < answer["reviewers"]["위원3"]["severity"]
    assert answer["reviewers"]["위원0"]["n"] == 6
    assert 0.5 < answer["icc"] < 1
    assert (answer["warnings"], answer["seed"]) == ([], 0)


def test_rank_keeps_the_seed_it_was_given(write):
    assert run("rank", write("marks.json", MARKS | {"seed": 41}))["seed"] == 41


def test_rank_says_when_there_is_too_little(write):
    answer = run("rank", write("marks.json", MARKS | {"reviews": MARKS["reviews"][:9]}))
    assert [warning.split(":")[0] for warning in answer["warnings"]] == ["unranked", "all_pass", "too_little"]
    assert answer["adjusted"] == answer["official"] and answer["icc"] is None
    assert set(answer["p_top"].values()) == {1.0}


def test_assign_reviews_answers_on_standard_output(write):
    answer = run("assign_reviews", write("question.json", QUESTION))
    assert list(answer) == ["pairs", "load", "components", "unmet"]
    found = plan(ENTRIES, REVIEWERS, 3, {("출품작0", "위원1")})
    assert answer["pairs"] == [list(pair) for pair in found.pairs]
    assert (answer["load"], answer["components"], answer["unmet"]) == (dict.fromkeys(REVIEWERS, 6), 1, [])


def test_assign_reviews_keeps_what_was_scored(write):
    asked = QUESTION | {"kept": [["출품작0", "위원0"]], "capacity": {"위원0": 0}, "conflicts": []}
    answer = run("assign_reviews", write("question.json", asked))
    assert [pair for pair in answer["pairs"] if pair[1] == "위원0"] == [["출품작0", "위원0"]]


@pytest.mark.parametrize(("command", "data"), [("rank", MARKS), ("assign_reviews", QUESTION)])
def test_several_files_are_answered_by_files_of_the_same_name(command, data, write, tmp_path):
    files = [write("in/a.json", data), write("in/b.json", data)]
    call_command(command, *map(str, files), "--out", str(tmp_path / "out"))
    answers = [
        json.loads((tmp_path / "out" / name).read_text(encoding="utf-8")) for name in ("a.json", "b.json")
    ]
    assert answers[0] == answers[1] == run(command, files[0])


@pytest.mark.parametrize(("command", "data"), [("rank", MARKS), ("assign_reviews", QUESTION)])
def test_several_files_need_a_folder_and_inputs_are_never_replaced(command, data, write, tmp_path):
    one, two = write("in/a.json", data), write("in/b.json", data)
    with pytest.raises(CommandError, match="--out"):
        run(command, one, two)
    with pytest.raises(CommandError, match="a.json: the answer would replace the input"):
        run(command, one, "--out", tmp_path / "in")
    with pytest.raises(CommandError, match="the same name"):
        run(command, one, write("other/a.json", data), "--out", tmp_path / "out")


REVIEW = {"entry": "출품작0", "reviewer": "위원0", "score": 50}


@pytest.mark.parametrize(
    ("command", "content", "place"),
    [
        ("rank", "{", "bad.json: "),
        ("rank", "[]", r"bad.json: the file: an object is needed"),
        ("rank", '{"top": 1, "top": 2}', "bad.json: 'top' stands twice"),
        ("rank", {}, "bad.json: top: missing"),
        ("rank", MARKS | {"top": "8"}, "bad.json: top: '8'"),
        (
            "rank",
            MARKS | {"reviews": [REVIEW, REVIEW]},
            r"bad.json: reviews\[1\]: '위원0' scored '출품작0' twice",
        ),
        (
            "rank",
            MARKS | {"reviews": [REVIEW | {"score": float("nan")}]},
            r"bad.json: reviews\[0\]\.score: nan",
        ),
        ("rank", MARKS | {"reviews": [REVIEW | {"score": 101}]}, r"bad.json: reviews\[0\]\.score: 101"),
        ("rank", MARKS | {"reviews": [REVIEW | {"score": None}]}, r"bad.json: reviews\[0\]\.score: None"),
        ("rank", MARKS | {"reviews": [{"entry": "출품작0"}]}, r"bad.json: reviews\[0\]\.reviewer: missing"),
        ("rank", MARKS | {"reviews": ["출품작0"]}, r"bad.json: reviews\[0\]: an object is needed"),
        ("rank", MARKS | {"reviews": [REVIEW | {"entry": "?"}]}, r"bad.json: reviews\[0\]\.entry: '\?'"),
        ("rank", MARKS | {"entries": ["출품작0", 7]}, r"bad.json: entries\[1\]: 7"),
        ("rank", MARKS | {"seed": -1}, "bad.json: seed: -1"),
        ("assign_reviews", QUESTION | {"k": 5}, "bad.json: k: 5"),
        (
            "assign_reviews",
            QUESTION | {"conflicts": [["출품작0"]]},
            r"bad.json: conflicts\[0\]: \['출품작0'\]",
        ),
        (
            "assign_reviews",
            QUESTION | {"conflicts": [["?", "위원0"]]},
            "bad.json: conflicts: .*no such entry",
        ),
        (
            "assign_reviews",
            QUESTION | {"reviewers": ["위원0", "위원0"]},
            r"bad.json: reviewers\[1\]: '위원0'",
        ),
    ],
)
def test_errors_name_file_and_place(command, content, place, write):
    with pytest.raises(CommandError, match=place):
        run(command, write("bad.json", content))


def test_a_bad_file_does_not_keep_the_good_ones_from_their_answers(write, tmp_path):
    with pytest.raises(CommandError, match="bad.json: entries: missing") as caught:
        run(
            "assign_reviews",
            write("in/bad.json", {}),
            write("in/good.json", QUESTION),
            "--out",
            tmp_path / "out",
        )
    assert caught.value.returncode == 1
    assert (tmp_path / "out" / "good.json").exists() and not (tmp_path / "out" / "bad.json").exists()
