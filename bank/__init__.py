"""What a time bank is: members, schemes, orders, coins. Plain rules, no I/O, no clock of its own."""
