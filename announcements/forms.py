"""Forms of the announcements: what is typed for the documents. They never decide who may."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DocumentsForm(forms.Form):
    """What a manager adds to the press release in their own words."""

    quotation = forms.CharField(
        label=_("Words of the head of the agency"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Without quotation marks. Left empty, the press release keeps a place to fill in."),
    )
    accepted = forms.BooleanField(label=_("I have read the remarks: the words stay as they are."), required=False)


class ReasonForm(forms.Form):
    """Why somebody takes a document with marks or with people who were not announced."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept with your name and the time."),
    )
