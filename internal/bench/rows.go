package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"moonwire/store"
)

// writeRows puts so many records of messages into the store of a data folder, by the store's own way of recording: of
// fans at random, the accounts in turn.
func writeRows(ctx context.Context, data string, accounts []string, rows, fans int) error {
	if rows == 0 {
		return nil
	}
	fmt.Printf("writing %d rows …\n", rows)
	begin := time.Now()
	db, err := store.Open(ctx, store.Options{Path: filepath.Join(data, "moonwire.db"), RecordBytes: 64 << 20})
	if err != nil {
		return err
	}
	for i := range rows {
		if ctx.Err() != nil {
			break
		}
		for !db.Record(recordRow(accounts[i%len(accounts)], i, rows, fans)) { // no room
			if db.Stats().RecordErrors > 0 {
				return errors.Join(errors.New("the rows cannot be written"), db.Close())
			}
			time.Sleep(time.Millisecond)
		}
	}
	err = errors.Join(ctx.Err(), db.Flush(ctx), db.Close())
	fmt.Printf("%d rows written in %d s\n", db.Stats().Recorded, int(time.Since(begin).Seconds()))
	return err
}

// recordRow is a record such as the load makes them, of the last ten days.
func recordRow(account string, i, rows, fans int) store.Record {
	at := time.Now().Add(-240 * time.Hour * time.Duration(rows-i) / time.Duration(rows))
	r := store.Record{
		Account: account, OpenID: openID(anyFan(fans)), MsgID: fmt.Sprint(1_000_000_000_000 + i), Type: "text", Content: "hello",
		CreateTime: at.Unix(), Received: at, FanAct: true,
		Status: store.Answered, Outcome: "answered", ReplyKind: "passive:text", Reply: "hello", Rule: "main.lua:1 on.text()", Build: "0123456789ab",
		Attempts: 1, Latency: 300 * time.Microsecond, Handler: 30 * time.Microsecond, Written: true,
		Opens: store.Window{Kind: store.MessageWindow, Opened: at, Expires: at.Add(48 * time.Hour), Left: 5},
	}
	copy(r.Key[:], fmt.Sprintf("%016x", i))
	return r
}
