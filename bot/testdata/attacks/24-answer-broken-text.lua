-- expect: value | what cannot stand in XML
return "a\0b\255\254<![CDATA[ ]]> ]]&gt;\27[31m\237\160\128 end"
