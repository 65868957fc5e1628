"""What a form may say, and the verdict on what was said: form.yaml + answers → broken rules."""

from gateway.forms.loading import load_forms
from gateway.forms.verdict import Form, judge

__all__ = ["Form", "judge", "load_forms"]
