"""Forms of the edition's set-up and its people. They check what was typed; the services decide."""

from django import forms
from django.db.models import Model
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _

from awards.calendar import Interval
from awards.decisions import Invalid
from awards.models import Contact, Edition, Office, PrizeGrade, RoleGrant, Track, User
from awards.services.setup import seen_now

MOMENT = "%Y-%m-%dT%H:%M"


def add_errors(form: forms.Form, invalid: Invalid) -> None:
    """Puts a service's messages beside the fields they are about, the others above the form."""
    for field, message in invalid.errors.items():
        form.add_error(field if field in form.fields else None, message)


def lock(form: forms.Form) -> None:
    """Shows a form for reading only."""
    for field in form.fields.values():
        field.disabled = True


class SeenForm(forms.Form):
    """A form that knows which state of a row its author was looking at (services.setup.ensure_seen)."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, row: Model, **kwargs):
        self.row = row
        super().__init__(*args, **kwargs)
        if row.pk:
            self.initial["seen"] = seen_now(row)

    def values(self) -> dict:
        """What was typed, by field of the row."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    def seen_by_author(self) -> str:
        return self.cleaned_data["seen"]

    def saved_by_others(self) -> list[tuple[str, str]]:
        """After a conflict: (label, saved value) where it differs from what was typed. The next save goes through."""
        present = type(self.row).objects.filter(pk=self.row.pk).first()
        if present is None or self.data.get("seen", "") == seen_now(present):
            return []
        self.data = self.data.copy()
        self.data["seen"] = seen_now(present)
        saved = type(self)(row=present)
        return [
            (field.label, saved.shown(name))
            for name, field in self.fields.items()
            if name != "seen" and field.has_changed(saved[name].initial, self.data.get(name))
        ]

    def shown(self, name: str) -> str:
        """A field's value as a person reads it."""
        value = self[name].value()
        choices = dict(getattr(self.fields[name], "choices", []))
        return str(choices.get(value, "" if value is None else localize(value)))


class RowForm(SeenForm, forms.ModelForm):
    """A SeenForm whose fields are those of its row's model; it never saves by itself."""

    def __init__(self, *args, row: Model, **kwargs):
        # A copy: binding a form writes into its instance, and the page shows the row as saved.
        copy = type(row)(**{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields})
        super().__init__(*args, row=row, instance=copy, **kwargs)

    def validate_unique(self):
        """The service asks the model, under a lock."""


class BasicsForm(RowForm):
    class Meta:
        model = Edition
        fields = [
            *("name", "name_en", "year", "ordinal", "organiser", "organising_team", "head_of_agency", "venue"),
            *("recusal_level", "call", "call_en"),
        ]
        widgets = {"call": forms.Textarea(attrs={"rows": 12}), "call_en": forms.Textarea(attrs={"rows": 12})}


def moment_field(label: str, help_text: str = "", required: bool = False) -> forms.DateTimeField:
    """A moment in Asia/Seoul, to the minute."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    return forms.DateTimeField(label=label, help_text=help_text, required=required, widget=widget)


class ScheduleForm(SeenForm):
    """Windows, final and the day of the finalists' announcement; a window needs both ends or neither."""

    submission_opens = moment_field(_("Submission opens"))
    submission_closes = moment_field(
        _("Submission closes"), _("At this moment the window is shut. For a whole day choose 00:00 of the next day.")
    )
    screening_opens = moment_field(_("Screening opens"))
    screening_closes = moment_field(_("Screening closes"))
    finalists_on = forms.DateField(
        label=_("Finalists announced on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    final_starts = moment_field(_("Final starts"))
    final_ends = moment_field(_("Final ends"))

    def __init__(self, *args, row: Edition, **kwargs):
        initial = {name: getattr(row, name) for name in ("finalists_on", "final_starts", "final_ends")}
        for stage, interval in row.windows().items():
            initial |= {f"{stage}_opens": interval.opens, f"{stage}_closes": interval.closes}
        super().__init__(*args, row=row, initial=initial, **kwargs)

    def clean(self):
        for stage in ("submission", "screening"):
            ends = {name: self.cleaned_data.get(name) for name in (f"{stage}_opens", f"{stage}_closes")}
            if any(ends.values()):
                for name, value in ends.items():
                    if value is None and name not in self.errors:
                        self.add_error(name, _("A window needs both its beginning and its end."))

    def windows(self) -> dict[str, Interval | None]:
        """The windows as typed; None where both ends are empty."""
        typed = self.cleaned_data
        ends = {stage: (typed[f"{stage}_opens"], typed[f"{stage}_closes"]) for stage in ("submission", "screening")}
        return {stage: Interval(*pair) if all(pair) else None for stage, pair in ends.items()}

    def dates(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("finalists_on", "final_starts", "final_ends")}


class TrackForm(RowForm):
    class Meta:
        model = Track
        fields = ["name", "name_en"]


class PrizeForm(RowForm):
    class Meta:
        model = PrizeGrade
        fields = ["name", "name_en", "count"]
        widgets = {"count": forms.NumberInput(attrs={"min": 1})}


class ContactForm(RowForm):
    class Meta:
        model = Contact
        fields = ["role", "title", "name", "phone"]


PART_FORMS = {"tracks": TrackForm, "prizes": PrizeForm, "contacts": ContactForm}


class ExtendForm(forms.Form):
    """A window's later end, with a reason."""

    closes = moment_field(_("New end"), required=True)
    reason = forms.CharField(
        label=_("Reason"), help_text=_("It is kept and shown."), widget=forms.Textarea(attrs={"rows": 3})
    )


class EndRoleForm(forms.Form):
    """Why a role ends."""

    reason = forms.CharField(
        label=_("Reason"), help_text=_("It is kept and shown."), widget=forms.Textarea(attrs={"rows": 3})
    )


class AskRoleForm(forms.Form):
    """A role for a person who was found by search."""

    user = forms.ModelChoiceField(User.objects.filter(is_active=True), to_field_name="public_id")
    role = forms.ChoiceField(choices=RoleGrant.Role.choices)


class OfficeChoice(forms.ModelChoiceField):
    """Offices with the offices above them, in the tree's order; one query."""

    def __init__(self, **kwargs):
        super().__init__(Office.objects.none(), **kwargs)

    def fill(self, offices: list[tuple[Office, str]]) -> None:
        """`offices`: (office, its name with those above), as queries.office_tree gives them."""
        self.queryset = Office.objects.all()
        self.choices = [("", "---------"), *((office.pk, name) for office, name in offices)]


class PersonForm(forms.ModelForm):
    """A new account; its password is set by its owner alone."""

    username = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
        label=_("Account name"),
        max_length=60,
        help_text=_("Letters, digits, dots and hyphens: what the person types to log in."),
    )
    office = OfficeChoice(label=_("Office"), required=False, help_text=_("Leave it empty for external judges."))
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("The link to set the password goes to this address alone.")
    )

    class Meta:
        model = User
        fields = ["username", "name", "grade", "title", "office", "email"]
        help_texts = {"grade": _("For paperwork, e.g. 관세행정주사보."), "title": _("For pages, e.g. 주무관.")}


class OfficeForm(forms.Form):
    """A new office below another one."""

    name = forms.CharField(label=_("Name"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    level = forms.ChoiceField(label=_("Level"), choices=Office.Level.choices[1:])
    parent = OfficeChoice(label=_("Office above"))
