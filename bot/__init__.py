"""How the desk talks: channels, gateway, actions, outbox, scheduler, staff desk, command line."""
