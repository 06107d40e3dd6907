"""How rollouts stand: looked at, watched, explained."""
