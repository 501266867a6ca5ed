"""How the chat is measured: random comparisons, questions nobody tuned on, rules to judge by."""
