"""What the steps need of the outside world: one protocol a thing, and the records they speak in.

A port says what is wanted in the words of the procedure, never how a library does it. Its
implementations are in ``adapters``; ``ports.bundle.Ports`` is what a step is handed.

Every method may raise ``domain.problem.ProblemError`` (a person must act) or
``domain.problem.TemporaryTroubleError`` (worth another look, after asking what is there).
"""
