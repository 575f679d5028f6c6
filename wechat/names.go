package wechat

func SnakeCase(xmlName string) string { return "" }
func NumberField(snake string) bool   { return false }
func ListField(xmlName string) bool   { return false }
