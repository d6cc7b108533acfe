"""Forms of entries. They carry what was typed; the services make it plain and judge it."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from awards.forms import RowForm
from awards.models import Track
from entries.files import endings
from entries.kinds import KINDS, labels
from entries.models import LABELS, Attachment, Entry, FilePolicy, Question
from entries.queries import policy_of
from entries.services.drafting import SUMMARY_LIMIT, TITLE_LIMIT, answer_field

NEEDED = _("Needed for submission.")


class Typed(forms.Field):
    """What was typed, untouched. `limit`: characters, told by a counter and judged by the service."""

    def __init__(self, *, limit: int = 0, needed: bool = False, help: str = "", **kwargs):
        at_most = _("At most %(limit)d characters.") % {"limit": limit} if limit else ""
        hints = [str(hint) for hint in (help, NEEDED if needed else "", at_most) if hint]
        super().__init__(required=False, **kwargs)
        self.hints = hints
        if limit:
            self.widget.attrs |= {"data-limit": limit}


def _text(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _answer(question: Question) -> Typed:
    long = question.kind == Question.Kind.LONG
    return Typed(
        label=question.label,
        limit=question.limit,
        needed=question.required,
        help=question.help_label,
        widget=_text(8) if long else forms.TextInput(),
    )


class DraftForm(forms.Form):
    """The working copy: track, title, summary, a field for each question, and a file while there is room for one.

    `versions`: for each field the version that the author is looking at; it travels beside the field as version_NAME.
    """

    def __init__(self, *args, entry: Entry, questions: list[Question], tracks: list[Track], files: list[Attachment]):
        self.entry, self.questions = entry, questions
        answers = {answer_field(question): entry.answers.get(question.public_id, "") for question in questions}
        track = entry.track.public_id if entry.track else ""
        initial = {"track": track, "title": entry.title, "summary": entry.summary} | answers
        super().__init__(*args, initial=initial)
        choices = [("", _("Choose a track")), *((track.public_id, track.label) for track in tracks)]
        self.fields["track"] = Typed(label=_("Track"), needed=True, widget=forms.Select(choices=choices))
        self.fields["title"] = Typed(label=_("Title"), needed=True, limit=TITLE_LIMIT, widget=forms.TextInput())
        self.fields["summary"] = Typed(label=_("Summary"), needed=True, limit=SUMMARY_LIMIT, widget=_text(4))
        self.fields |= {answer_field(question): _answer(question) for question in questions}
        self.typed = list(self.fields)
        for name in self.typed:
            self.fields[name].help_text = " ".join(self.fields[name].hints)
        policy = policy_of(entry.edition)
        if len(files) < policy.most:
            limits = {"kinds": policy.kind_labels, "files": policy.most, "mb": policy.most_bytes // (1024 * 1024)}
            self.fields["file"] = forms.FileField(
                label=_("Add a file"),
                required=False,
                help_text=_("%(kinds)s; at most %(files)d files of %(mb)d MB each.") % limits,
                widget=forms.FileInput(attrs={"accept": endings(policy.kinds)}),
            )
        self.look_at(entry)
        self.helper = self._helper(list(answers))

    def _helper(self, answers: list[str]) -> FormHelper:
        helper = FormHelper()
        helper.form_tag, helper.disable_csrf, helper.autosave = False, True, True
        helper.layout = Layout(
            Fieldset(str(_("Basics")), "track", "title", "summary"),
            Fieldset(str(_("The case")), *answers),
            Fieldset(
                str(_("Files")),
                HTML('{% include "entries/_files.html" %}'),
                *(["file"] if "file" in self.fields else []),
                HTML('{% include "entries/_upload.html" %}'),
            ),
        )
        return helper

    def look_at(self, entry: Entry) -> None:
        """From here on the author is taken to have seen this state of the entry."""
        self.versions = {name: entry.versions.get(name, 0) for name in self.typed}

    def values(self) -> dict[str, str]:
        """What was typed, by field; fields that were not sent are left alone."""
        return {name: self.data[name] for name in self.typed if name in self.data}

    def based_on(self) -> dict[str, int]:
        """The versions that the author was looking at."""
        sent = {name: self.data.get(f"version_{name}", "") for name in self.typed}
        return {name: int(text) for name, text in sent.items() if text.isascii() and text.isdigit()}


class InviteForm(forms.Form):
    """A co-author, by account name."""

    username = forms.CharField(
        label=_("Account name"), max_length=60, help_text=_("What the person types to log in, e.g. kim01.")
    )


class SettleForm(forms.Form):
    """A manager's word on a submitted entry."""

    verdict = forms.ChoiceField(
        label=_("Decision"),
        choices=[("accepted", LABELS["accepted"]), ("rejected", LABELS["rejected"])],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        help_text=_("Needed if the entry is not accepted. It is kept, and the entrant sees it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ExportForm(forms.Form):
    """Why the list is taken out, and as what."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("What the list is for. It is kept with your name."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    format = forms.ChoiceField(
        label=_("Format"),
        choices=[("xlsx", _("Spreadsheet (XLSX)")), ("csv", _("Plain table (CSV)"))],
        initial="xlsx",
        widget=forms.RadioSelect,
    )


class QuestionForm(RowForm):
    class Meta:
        model = Question
        fields = ["text", "text_en", "help", "help_en", "kind", "limit", "required", "data_class"]
        widgets = {
            "kind": forms.RadioSelect,
            "data_class": forms.RadioSelect,
            "limit": forms.NumberInput(attrs={"min": 1, "max": 20000}),
        }


class FilePolicyForm(RowForm):
    """Which files entries may have."""

    kinds = forms.MultipleChoiceField(
        label=_("Kinds of files"),
        choices=[(kind.code, kind.label) for kind in KINDS.values()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Everybody can open PDF; HWPX is what agencies exchange. HWP can be read by fewer programs."),
    )

    class Meta:
        model = FilePolicy
        fields = ["kinds", "most", "size_mb"]
        widgets = {
            "most": forms.NumberInput(attrs={"min": 1, "max": 20}),
            "size_mb": forms.NumberInput(attrs={"min": 1}),
        }

    def shown(self, name: str) -> str:
        return labels(self[name].value() or []) if name == "kinds" else super().shown(name)
