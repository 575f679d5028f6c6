// Package neighbours holds no code of the program: its tests let WeChat clients and servers that other
// people wrote (from npm) talk to the stand-in platform, so that it is not only our own code that agrees
// with our own code.
package neighbours
