-- expect: value | what cannot stand in XML
return "a\0b<![CDATA[ ]]> ]]&gt;\27[31m\239\191\190 end"
