"""How each shipped weight file was made; every script can be run again."""
