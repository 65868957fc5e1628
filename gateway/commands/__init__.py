"""The commands of `samsyn`, one module each."""
