"""The procedure as plans: what is done, in which order, against which clock. Start reading here.

A plan is data: ``engine.run`` walks it, ``steps`` holds what each line does. ``hotfix`` is the way
forth, ``rollback`` the way back, ``abort`` the way out. Each imports its own steps alone, because
a rollback must not wait for those of a hotfix.
"""
