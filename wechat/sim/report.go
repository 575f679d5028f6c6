package sim

import (
	"slices"
	"strings"
)

// isSystem tells the events that WeChat itself sends: FromUserName is no fan (protocol 4.4, 4.7, 4.8, 4.10).
func isSystem(act Act) bool {
	if act.system || act.MsgType != "event" {
		return act.system
	}
	name := strings.ToLower(act.Event)
	for _, end := range []string{"_audit_info", "_audit_event", "_verify_success", "_verify_fail"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return slices.Contains([]string{
		"masssendjobfinish", "publishjobfinish", "freepublishjobfinish", "user_info_modified", "user_authorization_revoke",
		"user_authorization_cancellation", "annual_renew", "verify_expired", "wxa_media_check", "weapp_audit_success",
		"weapp_audit_fail", "weapp_audit_delay", "card_pass_check", "card_not_pass_check", "poi_check_notify",
		"card_sku_remind", "card_merchant_check_result", "update_invoice_status",
	}, name)
}

// isReport tells the events about a fan that the fan did not do: jobs and customer service. They open no
// window, count as no act and are not seen in the chat.
func isReport(act Act) bool {
	if act.MsgType != "event" {
		return false
	}
	return isSystem(act) || slices.Contains([]string{
		"templatesendjobfinish", "subscribe_msg_sent_event", "kf_create_session", "kf_close_session", "kf_switch_session",
	}, strings.ToLower(act.Event))
}
