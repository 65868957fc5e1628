"""The right-hand side of the bar: when a delivery is tried, how it is sent, and what an attempt came to."""
