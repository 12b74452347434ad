# The whole core on fakes, from a seed: `make sim SEED=n ROUNDS=n`. A room names its program SIM.
SIM =
