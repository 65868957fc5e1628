"""What a form may say, and the verdict on what was said: form.yaml + answers → broken rules."""

from gateway.forms.loading import load_forms
from gateway.forms.verdict import Form, Judgement, judge

__all__ = ["Form", "Judgement", "judge", "load_forms"]
