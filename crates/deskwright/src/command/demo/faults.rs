//! What goes wrong in the demo's house: kinds of faults, and what people say about them.

/// A kind of fault.
pub struct Fault {
    /// What the reporter calls it.
    pub title: &'static str,
    /// What the reporter writes.
    pub description: &'static str,
    /// Category and subcategory.
    pub category: (&'static str, &'static str),
    /// The service that suffers.
    pub service: &'static str,
    /// Impact and urgency as an agent sees them.
    pub grade: (i64, i64),
    /// What the agent asks when something is missing.
    pub question: &'static str,
    /// How it ended: code and notes.
    pub end: (&'static str, &'static str),
}

macro_rules! faults {
    ($($title:literal, $description:literal, $category:literal / $sub:literal, $service:literal, $impact:literal-$urgency:literal,
        $question:literal, $code:literal, $notes:literal;)*) => {
        /// All kinds of faults, common and rare.
        pub const FAULTS: &[Fault] = &[$(Fault {
            title: $title, description: $description, category: ($category, concat!($category, "/", $sub)), service: $service,
            grade: ($impact, $urgency), question: $question, end: ($code, $notes),
        }),*];
    };
}

faults! {
    "Laptop does not start", "The power light blinks three times, then nothing. It worked yesterday evening.", "Hardware"/"Laptop", "Laptops and desktops", 3-1,
        "Does it start with the charger unplugged? Please hold the power button for 30 seconds first.", "solution_provided", "Drained and reseated the battery; the laptop starts again. Firmware updated.";
    "Second screen stays black", "Since the move to the new desk only one screen works.", "Hardware"/"Screen", "Laptops and desktops", 3-3,
        "Which socket of the dock is the screen plugged into?", "solution_provided", "The cable was a charging cable without video. Replaced from stock.";
    "Docking station loses the network", "Every hour the cable network is gone for a minute, only at this dock.", "Hardware"/"Docking station", "Laptops and desktops", 3-2,
        "Does it happen at another dock too?", "solution_provided", "Dock firmware 1.4 installed; no more drops for a day.";
    "Scanner does not sign in", "Gate 4, scanner 17 says device not enrolled.", "Hardware"/"Scanner", "Warehouse system", 2-1,
        "What does the small number at the foot of the screen say?", "solution_provided", "The scanner had missed three updates. Docked, enrolled again, tested at the gate.";
    "Battery empty after an hour", "I travel a lot and cannot work on the train any more.", "Hardware"/"Battery", "Laptops and desktops", 3-3,
        "May we take the laptop for half an hour on Thursday?", "solution_provided", "Battery at 48 % of its capacity; replaced under warranty.";
    "Wi-Fi drops in meeting room Elbe", "Calls freeze every few minutes, for everybody in the room.", "Network"/"Wi-Fi", "Wi-Fi and network", 2-2,
        "At what time did it happen today?", "solution_provided", "The access point chose a channel that the weather radar uses. Channel fixed, watched for a day.";
    "VPN asks for the code again and again", "I approve on the phone and it asks again, five times in a row.", "Network"/"VPN", "VPN remote access", 3-2,
        "Which version does the client show under Help?", "user_error", "Two VPN clients were installed. The old one is removed.";
    "No network at the packing tables", "All four tables at the north side are offline.", "Network"/"Cable", "Wi-Fi and network", 1-2,
        "Is the grey box on the wall lit?", "solution_provided", "The switch in cabinet N2 had lost a power supply. Replaced; the spare is ordered.";
    "Mailbox is full", "I cannot send offers any more.", "E-mail"/"Mailbox", "E-mail and calendar", 3-2,
        "May we archive everything older than a year?", "solution_provided", "Archive switched on; 9 GB moved over night.";
    "Meeting room cannot be booked", "Room Alster always answers that it is occupied.", "E-mail"/"Calendar", "E-mail and calendar", 3-3,
        "For which day did you try?", "solution_provided", "A meeting without end blocked the room. Removed, the owner is told.";
    "Customer does not get our mails", "Two customers say that nothing arrives since Monday.", "E-mail"/"Delivery", "E-mail and calendar", 2-2,
        "Please send us one address and the time of a mail that did not arrive.", "solution_provided", "Their filter refused our new sending address. The sender record is corrected and their side has confirmed.";
    "Password expired during holiday", "I am back and cannot sign in anywhere.", "Access"/"Password", "Identity and sign-in", 3-2,
        "On which number can we call you back?", "solution_provided", "Identified by callback, password reset, second factor checked.";
    "No access to the tender folder", "I joined the team last week and see an empty folder.", "Access"/"Permission", "File storage", 3-3,
        "Who is the owner of the folder?", "solution_provided", "The owner approved; access by role granted, not by person.";
    "New phone, authenticator gone", "The old phone is already wiped.", "Access"/"Second factor", "Identity and sign-in", 3-2,
        "Can your manager join a short call to vouch for you?", "solution_provided", "Identified with the manager in the call; new authenticator enrolled.";
    "Strange mail about an invoice", "It looks like our bank but the address is odd. I did not click.", "Security"/"Suspicious message", "E-mail and calendar", 2-1,
        "Please report it with the button; do not forward it.", "solution_provided", "Phishing. Removed from 41 mailboxes, the link is blocked, nobody had typed a password.";
    "Phone lost on the train", "Company phone, left on the train to Bremen.", "Security"/"Lost device", "Identity and sign-in", 3-1,
        "Was the screen locked?", "solution_provided", "Locked and wiped within ten minutes. A replacement is handed out.";
    "Printer on floor 2 prints stripes", "Grey stripes on every page, also on copies.", "Printing"/"Printer", "Printing", 3-3,
        "On both trays?", "solution_provided", "Drum replaced by the supplier.";
    "Label printer prints empty labels", "Every second label is empty, trucks are waiting.", "Printing"/"Label printer", "Printing", 2-1,
        "Which roll is in it?", "solution_provided", "Calibrated after a change of rolls; the short guide hangs at the printer now.";
    "Headset is not heard in meetings", "Others hear me only when I unplug it.", "Telephony"/"Headset", "Video meetings", 3-3,
        "Which device does the meeting program show?", "user_error", "The program used the laptop's microphone. Shown how to switch; article linked.";
    "Desk phone has no dial tone", "The display is lit but there is no tone.", "Telephony"/"Desk phone", "Telephony", 3-2,
        "Does the phone next to it work?", "solution_provided", "The wall socket was switched to the wrong network. Corrected.";
    "Roaming does not work", "In Norway without data since this morning.", "Telephony"/"Mobile phone", "Telephony", 3-2,
        "Please switch flight mode on and off once.", "resolved_by_caller", "The operator had a disturbance; it works again.";
    "Deleted the price list by mistake", "The whole folder Prices 2 is gone from the share.", "Files"/"Restore", "File storage", 2-2,
        "On which day was it still complete?", "solution_provided", "Restored from the recycle bin, 212 files, checked by the owner.";
    "Shared link does not open outside", "The customer sees an error instead of the drawings.", "Files"/"Sharing", "File storage", 3-3,
        "Is the file marked confidential?", "user_error", "The link had ended after 14 days. A new one is sent, and how to set the end is explained.";
    "ERP is slow since the update", "Saving an order takes up to a minute, for all of us.", "Business applications"/"ERP", "ERP", 1-2,
        "Is it slow in all screens, or when saving only?", "solution_provided", "A statistics job ran at daytime. Moved to the night; saving takes two seconds again.";
    "Print preview in the ERP stays empty", "The preview shows a white page, downloading works.", "Business applications"/"ERP", "ERP", 2-3,
        "Which browser do you use?", "workaround_provided", "Known fault of the viewer. Download instead of preview until the supplier's fix is in.";
    "Invoice run stopped at 60 percent", "The monthly run hangs, finance waits.", "Business applications"/"ERP", "ERP", 1-1,
        "Has anybody restarted it?", "solution_provided", "One customer without an address stopped the run. Corrected, run finished, a check is added before the start.";
    "Cannot merge two customers", "The button is grey.", "Business applications"/"CRM", "CRM", 3-3,
        "Which two numbers?", "solution_provided", "One of them was open in somebody's form. Closed; merged.";
    "Expense report rejected without a reason", "Third time, no message.", "Business applications"/"Payroll", "Payroll", 3-3,
        "Please attach the report as a file.", "user_error", "Two receipts in one file. Explained, accepted now.";
    "Sales dashboard shows yesterday", "The figures of today are missing.", "Business applications"/"Reports", "Reporting", 3-3,
        "What time stands at the foot of the page?", "solution_provided", "The load of 13:00 waited for the ERP. Started by hand; it now tries again by itself.";
    "Put-away list is empty", "The warehouse system shows no work although two trucks are in.", "Business applications"/"Warehouse system", "Warehouse system", 1-2,
        "Since when exactly?", "solution_provided", "The message queue was full of old messages. Emptied; an alert is set at half.";
    "How do I share my calendar?", "My assistant shall see my appointments.", "Service desk"/"How-to", "E-mail and calendar", 3-3,
        "With details, or only free and busy?", "solution_provided", "Shown in a short call; article sent.";
    "Intranet page shows an error", "The canteen menu says 500 since this morning.", "Service desk"/"How-to", "Intranet", 3-3,
        "Does it happen on the phone too?", "solution_provided", "A picture with a broken name. Renamed; the page works.";
}
