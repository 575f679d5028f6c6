// Package standin is a language model that is none: it speaks the chat/completions protocol, needs no key and no
// network, and says the same to the same question. `moonwire dev` gives it to accounts that have no model of their own;
// tests make it slow, broken and wrong.
//
//	model := standin.New(standin.Options{})
//	http.Serve(listener, model.Handler())          // POST /v1/chat/completions
//
// What it does is asked for by words in what it is told, or by POST /control, which sets them for the next questions:
//
//	#delay=3s        says nothing for so long            #over=8s    spreads its words over so long
//	#han=300         a text of so many letters           #markdown   headings, lists, a table, links
//	#think #thinktag reasoning, in its two shapes        #whole      answers at once, not as a stream
//	#cut #garbage    breaks off; is no protocol          #status=429 an error of HTTP; #quota: no money
//	#fails=2         so many times first, then answers   #nousage    does not say what it cost
//	#tool=NAME       asks for that function; #tool=NAME:{"city":"北京"} with these arguments
//
// Words in the last message of the fan count, then those of the system. It refuses bodies over 1 MiB. A Model is safe for
// concurrent use.
package standin
