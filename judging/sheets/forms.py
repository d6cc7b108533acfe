"""Forms of rounds, criteria, assessors and recusals. They check what was typed; the services decide."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from awards.forms import RowForm
from awards.models import User
from judging.sheets.models import Criterion, Round


class ScreeningRoundForm(RowForm):
    class Meta:
        model = Round
        fields = ["rule", "trim_from", "finalists", "reviews_per_entry"]
        widgets = {"rule": forms.RadioSelect}
        help_texts = {"finalists": _("So many entries go on to the final.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # In screening each entry may have other reviewers: severity is shown there as advice, never taken off.
        self.fields["rule"].choices = [c for c in Round.Rule.choices if c[0] != Round.Rule.CENTRED]


class PanelRoundForm(RowForm):
    class Meta:
        model = Round
        fields = [
            *("rule", "trim_from", "quorum_sheets", "quorum_external"),
            *("talk_seconds", "question_seconds", "marking_seconds"),
        ]
        widgets = {"rule": forms.RadioSelect}


ROUND_FORMS = {"screening": ScreeningRoundForm, "panel": PanelRoundForm}


class CriterionForm(RowForm):
    class Meta:
        model = Criterion
        fields = ["name", "name_en", "points", "guide", "guide_en"]
        widgets = {
            "points": forms.NumberInput(attrs={"min": 1, "max": 100}),
            "guide": forms.Textarea(attrs={"rows": 3}),
            "guide_en": forms.Textarea(attrs={"rows": 3}),
        }


class PersonChoice(forms.ModelChoiceField):
    """People with office and title."""

    def label_from_instance(self, user: User) -> str:
        return str(user)


class AssessorForm(forms.Form):
    """A holder of the round's role who is to score; the panel's flags only for the panel."""

    user = PersonChoice(User.objects.none(), to_field_name="public_id", label=_("Person"))
    external = forms.BooleanField(label=_("external"), required=False)
    chair = forms.BooleanField(label=_("chair"), required=False)
    reserve = forms.BooleanField(label=_("reserve"), required=False)

    def __init__(self, *args, kind: str, people: QuerySet[User], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people
        if kind != "panel":
            for name in ("external", "chair", "reserve"):
                del self.fields[name]


class DismissForm(forms.Form):
    """Why a declared or requested recusal does not stand."""

    reason = forms.CharField(
        label=_("Reason"), help_text=_("It is kept and shown."), widget=forms.Textarea(attrs={"rows": 3})
    )


class DeclarationForm(forms.Form):
    """An assessor's conflicts: a tick and a reason for each entry concerned."""

    def __init__(self, *args, entries: dict[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        self.names = entries
        for public_id, label in entries.items():
            self.fields[f"conflict_{public_id}"] = forms.BooleanField(required=False, label=label)
            self.fields[f"reason_{public_id}"] = forms.CharField(
                required=False,
                max_length=500,
                label=_("Reason: %(entry)s") % {"entry": label},
                widget=forms.TextInput(attrs={"class": "krds-input"}),
            )

    def clean(self):
        for public_id in self.names:
            ticked = self.cleaned_data.get(f"conflict_{public_id}")
            reason = self.cleaned_data.get(f"reason_{public_id}")
            if ticked and not reason:
                self.add_error(f"reason_{public_id}", _("Write the reason: it is kept and shown to the managers."))
            if reason and not ticked:
                self.add_error(f"conflict_{public_id}", _("Tick this entry, or clear the reason beside it."))

    def rows(self) -> list[tuple]:
        """(public id, tick, reason) of each entry, as bound fields."""
        return [(public_id, self[f"conflict_{public_id}"], self[f"reason_{public_id}"]) for public_id in self.names]

    def declared(self) -> dict[str, str]:
        """Public id of each ticked entry → reason."""
        return {p: self.cleaned_data[f"reason_{p}"] for p in self.names if self.cleaned_data[f"conflict_{p}"]}
