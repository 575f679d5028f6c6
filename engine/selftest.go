package engine

func (e *Engine) selfTest() error { return errPrivate }
