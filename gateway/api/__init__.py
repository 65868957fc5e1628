"""HTTP in: translate, call the road, translate back."""
