package app

// Forget empties the memory of verified signatures, as after a restart.
func (a *App) Forget() { a.verdicts = newVerdicts(verdictCap) }
