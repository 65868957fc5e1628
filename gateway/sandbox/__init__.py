"""What `samsyn demo` puts around the gateway: recipients that check what they get, and something to see."""
