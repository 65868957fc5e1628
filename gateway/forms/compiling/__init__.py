"""form.yaml as it was read → rules ready to judge with, every problem worded."""

from gateway.forms.compiling.form import compile_form

__all__ = ["compile_form"]
