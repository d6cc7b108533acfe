"""Forms of the final. They check what was typed; the services decide."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from judging.panel.draw import SEED_LIMIT


def with_button(form: forms.Form, caption: str, style: str = "primary", confirm: str = "") -> forms.Form:
    """The form with its one button; `confirm`: what is asked first."""
    form.helper = FormHelper(form)
    form.helper.form_class = "form"
    asked = {"data_confirm": confirm} if confirm else {}
    form.helper.add_input(Submit("go", caption, css_class=style, **asked))
    return form


class SeedForm(forms.Form):
    """The seed of the public draw; left empty, one is made at random."""

    seed = forms.CharField(
        label=_("Seed of the draw"),
        max_length=SEED_LIMIT,
        required=False,
        help_text=_("Words or numbers that somebody in the hall says aloud. Leave it empty for a random one."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ReasonForm(forms.Form):
    """A reason, which is kept and shown."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        required=False,
        help_text=_("Write the reason: it is kept and shown."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class UnsealForm(ReasonForm):
    """Which sealed sheet is to be opened again, and why."""

    sheet = forms.ChoiceField(label=_("Sheet"), widget=forms.RadioSelect)
    field_order = ["sheet", "reason"]

    def __init__(self, *args, sheets: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = sheets


class UnawardedForm(ReasonForm):
    """The prize grades that the panel does not give this time."""

    grades = forms.MultipleChoiceField(
        label=_("Grades left unawarded"), required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order = ["grades", "reason"]

    def __init__(self, *args, grades: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["grades"].choices = grades


class ChoiceOfEntries(forms.Form):
    """Exactly `count` of the tied entries, in running order."""

    def __init__(self, *args, name: str, label: str, entries: list[tuple[str, str]], count: int, **kwargs):
        super().__init__(*args, **kwargs)
        one = forms.ChoiceField(label=label, choices=entries, widget=forms.RadioSelect, required=False)
        more = forms.MultipleChoiceField(
            label=label, choices=entries, widget=forms.CheckboxSelectMultiple, required=False
        )
        self.name = name
        self.fields[name] = one if count == 1 else more

    def chosen(self) -> list[str]:
        """The public ids that were chosen."""
        value = self.cleaned_data[self.name]
        return value if isinstance(value, list) else [value] if value else []


class RecountForm(forms.Form):
    """One sum for each finalist, added up from the signed sheets; fields are named by the entries' public ids."""

    def __init__(self, *args, rows: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        for public_id, label in rows:
            self.fields[public_id] = forms.IntegerField(
                label=label, min_value=0, widget=forms.TextInput(attrs={"inputmode": "numeric"})
            )
