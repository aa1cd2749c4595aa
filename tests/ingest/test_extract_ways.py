"""Short passages as clinics write them: which ways they offer, and how they deal with insurance."""

import pytest

from finder.ingest.extract import extract

IV = "iv_infusion"
IM = "im_injection"
ORAL = "oral_sublingual"
SPRAY = "intranasal_ketamine"
SPRAVATO = "esketamine_nasal"
KAP = "kap"
HOME = "at_home_telehealth"
SC = "sc_injection"

OFFERED = [
    (
        "What are the ways ketamine is given? It can be given by vein, by injection into a "
        "muscle, as a nasal spray or as a lozenge. At our clinic we use the vein, because the "
        "dose can be adjusted from minute to minute.",
        {IV},
    ),
    (
        "There are four common ways to receive ketamine: IV, IM, nasal and oral. Each has its "
        "merits. Our practice chose intramuscular injection for its simplicity.",
        {IM},
    ),
    (
        "Many companies now send lozenges to your home after a short video call. We do not. Every "
        "infusion takes place in our suite with a nurse beside you.",
        {IV},
    ),
    (
        "Lozenges are taken here at the office, in a recliner, with a nurse nearby. You will "
        "never be sent home with a supply.",
        {ORAL},
    ),
    (
        "We prescribe sublingual lozenges which a local pharmacy delivers to your door. You take "
        "them at home while a friend sits with you, and we check in by video.",
        {HOME, ORAL},
    ),
    (
        "Our founder trained at a hospital where Spravato was used. Today our office gives IV "
        "infusions only.",
        {IV},
    ),
    (
        "Do you offer Spravato? Not yet, but we are in the process of certification. We currently "
        "provide IV ketamine.",
        {IV},
    ),
    (
        "We used to offer IM injections. Since last spring all of our patients receive infusions.",
        {IV},
    ),
    (
        "Some patients come to us after a course of Spravato elsewhere. We review what helped and "
        "plan a series of infusions.",
        {IV},
    ),
    (
        "A 2019 study compared IV ketamine and intranasal esketamine. Our clinic provides only "
        "the latter, under its safety program.",
        {SPRAVATO},
    ),
    (
        "Ketamine was first used as an anesthetic in the 1970s, mostly by vein. We use it in low "
        "dose as an intramuscular injection.",
        {IM},
    ),
    (
        "Is the lozenge as strong as the IV? No. Less of it reaches the blood. We offer both so "
        "that you can choose.",
        {IV, ORAL},
    ),
    (
        "Both IV and IM treatments are offered at our Tulsa office. Lozenges for maintenance may "
        "be prescribed after your series.",
        {IM, IV, ORAL},
    ),
    (
        "We are not a telehealth company and will not mail medicine to anyone. Infusions are "
        "scheduled on weekdays.",
        {IV},
    ),
    (
        "Our psychiatrist writes the prescription and your therapist stays with you as you take "
        "the lozenge in our office.",
        {KAP, ORAL},
    ),
    (
        "Patients often ask about ketamine nasal spray. We find the absorption too uneven and "
        "leave it to others. Our infusions run forty minutes.",
        {IV},
    ),
    (
        "Spravato is given twice a week in the first month. You rest here for two hours after each spray.",
        {SPRAVATO},
    ),
    (
        "Insurance usually covers Spravato, not infusions. We offer both in Fresno, and our staff "
        "handle the prior authorization.",
        {SPRAVATO, IV},
    ),
    (
        "Our menu: IV infusions, IM injections, and Spravato. We do not dispense oral ketamine.",
        {SPRAVATO, IM, IV},
    ),
    (
        "No lozenges. No mail order. Just careful infusions given by an anesthesiologist in our clinic.",
        {IV},
    ),
    (
        "How does KAP differ from an infusion clinic? There you lie alone with a drip. Here your "
        "therapist is with you for the full session after you take a lozenge.",
        {KAP, ORAL},
    ),
    (
        "We work with a local infusion clinic. They give the medicine; we provide therapy before "
        "and after. No ketamine is stored or given at our office.",
        set(),
    ),
    (
        "I am a psychologist. My clients take a troche in my office and I remain in the room for "
        "the three hours.",
        {KAP, ORAL},
    ),
    (
        "Booster infusions are scheduled when symptoms return. Some people do well with an "
        "occasional lozenge at home instead, which we can prescribe.",
        {HOME, IV, ORAL},
    ),
    (
        "Take-home lozenges are available to established patients only, after six infusions.",
        {HOME, IV, ORAL},
    ),
    (
        "Ketamine at home has been in the news. The FDA has warned about compounded products "
        "taken without supervision. That is why each dose is given in our clinic by IM injection.",
        {IM},
    ),
    (
        "You may have read about ketamine pills sold online. They are not what we do. What we do "
        "is a slow drip with monitoring.",
        {IV},
    ),
    (
        "Can I do this at home? No, all sessions are in person. Will I need a driver? Yes, after "
        "each infusion.",
        {IV},
    ),
    (
        "Can I take the lozenges at home? Yes. After your first supervised session we mail them, "
        "and a guide joins by video.",
        {HOME, ORAL},
    ),
    (
        "Dr. Ruiz gives the shot in your upper arm. The experience starts within five minutes and "
        "lasts under an hour.",
        {IM},
    ),
    (
        "An intramuscular dose of ketamine avoids the need for a line. That is the way we work at "
        "our practice.",
        {IM},
    ),
    (
        "The medicine is given through a small catheter in the back of the hand over 40 minutes. "
        "Our nurses watch your heart the whole time.",
        {IV},
    ),
    (
        "Nasal ketamine, made for us by a compounding pharmacy, is one of the forms we prescribe. "
        "We also offer infusions.",
        {SPRAY, IV},
    ),
    (
        "We prescribe compounded ketamine nasal spray for pain. It is not Spravato, which we do not carry.",
        {SPRAY},
    ),
    (
        "Our doctors have performed over 5,000 infusions. We now also welcome Spravato patients.",
        {SPRAVATO, IV},
    ),
    (
        "We believe ketamine works best in a safe clinical place, so home kits are off the table. "
        "IM sessions last 90 minutes.",
        {IM},
    ),
    (
        "Methods of administration. Intravenous: full absorption. Intramuscular: nearly full. "
        "Sublingual: about a quarter. Our team will recommend the route that suits you; all three "
        "are available at our center.",
        {IM, IV, ORAL},
    ),
    (
        "Ketamine may be administered intravenously, intramuscularly, orally or intranasally. "
        "Research suggests IV has the best evidence. Talk with your doctor about which is right.",
        set(),
    ),
    (
        "We are closing our infusion room in May. From June on we offer Spravato only.",
        {SPRAVATO},
    ),
    (
        "We do not have infusions at this location; our Denver sister office does. Here you can "
        "have Spravato.",
        {SPRAVATO},
    ),
    (
        "Oral ketamine has a place in pain care, but our program relies on the subcutaneous "
        "route. A tiny needle goes under the skin of the belly and ketamine flows in slowly.",
        {SC},
    ),
    (
        "Unlike the mail-order startups, we never hand out tablets. Each patient gets an IV and a nurse.",
        {IV},
    ),
    (
        "We combine infusions with therapy: a licensed counselor sits next to you from the moment "
        "the drip begins until you are ready to go.",
        {IV, KAP},
    ),
    (
        "Our integration coach calls you the day after your infusion. She is not a therapist.",
        {IV},
    ),
    (
        "Therapy is available on request with partners outside our infusion clinic.",
        {IV},
    ),
    (
        "Maintenance can be done with a nasal spray used at home under our remote supervision; "
        "ketamine is compounded for you.",
        {HOME, SPRAY},
    ),
    (
        "We teach nurses how to place IVs and run ketamine drips. Our own patients receive Spravato.",
        {SPRAVATO},
    ),
    (
        "Some clinics give a shot. We feel the infusion gives more control, and that is our standard.",
        {IV},
    ),
    (
        "Ask us about switching from IV ketamine to Spravato; our psychiatrist provides both.",
        {SPRAVATO, IV},
    ),
    (
        "We can send a prescription for lozenges to your pharmacy for use between infusions.",
        {HOME, IV, ORAL},
    ),
    (
        "A lozenge is placed under your tongue at our office. Two hours later your ride takes you home.",
        {ORAL},
    ),
    (
        "After your infusion your driver takes you home, where you should rest.",
        {IV},
    ),
    (
        "I offer ketamine therapy by telehealth across Oregon. You place the tablet under your "
        "tongue on your own sofa with me on screen.",
        {HOME, ORAL},
    ),
    (
        "At-home ketamine: is it safe? Regulators have raised concerns. We see patients in person "
        "only, for IV treatment.",
        {IV},
    ),
    (
        "We no longer accept new patients for lozenges. IV slots are open.",
        {IV},
    ),
    (
        "The difference between Spravato and generic ketamine: one is a patented nasal spray, the "
        "other an old generic. We are a certified Spravato site.",
        {SPRAVATO},
    ),
    (
        "Have you had ketamine before, by IV, IM or lozenge? Tell us on the intake form. Our "
        "Spravato room opens at nine.",
        {SPRAVATO},
    ),
    (
        "We have partnered with a mail pharmacy that ships your rapid-dissolve ketamine tablets "
        "in two days, so treatment happens at home with our nurse on video.",
        {HOME, ORAL},
    ),
    (
        "Intranasal esketamine is dosed in the clinic, never at home, and you stay two hours. We "
        "treat adults.",
        {SPRAVATO},
    ),
    (
        "Your first two sessions take place here by ketamine injection into the shoulder; "
        "afterwards some choose to move to home dosing with troches.",
        {HOME, IM, ORAL},
    ),
    (
        "We offer ketamine for depression. It is delivered into a vein.",
        {IV},
    ),
    (
        "Those who fear needles may prefer the lozenge, which we also provide.",
        {ORAL},
    ),
    (
        "For people who fear needles, other clinics have lozenges. We give infusions only.",
        {IV},
    ),
    (
        "Ketamine troches: our compounding partner makes them in two strengths. You let one melt "
        "under your tongue while our therapist sits beside you.",
        {KAP, ORAL},
    ),
    (
        "Ketamine opens a door; therapy walks through it. Our psychologists work with you before, "
        "during and after each dose.",
        {KAP},
    ),
    (
        "Each ketamine session is held by a licensed counselor, who has prepared you for it and "
        "who meets you again two days later.",
        {KAP},
    ),
    (
        "Two people are with you while ketamine takes effect: a nurse and your own psychotherapist.",
        {KAP},
    ),
    (
        "We do therapy with ketamine, not ketamine with a side of therapy. Low oral doses loosen "
        "things while you talk.",
        {KAP, ORAL},
    ),
    (
        "A sitter stays with you during the infusion. She is not a therapist, and therapy is up "
        "to you to arrange.",
        {IV},
    ),
    (
        "Our ketamine sessions include a therapist in the chair beside yours.",
        {KAP},
    ),
    (
        "Small groups of six take the medicine, ketamine, on mats with two psychotherapists in the room.",
        {KAP},
    ),
    (
        "Your kit comes in the mail. It holds six doses of ketamine, a blood pressure cuff and a "
        "pair of eyeshades. You begin when you and your peer sitter are ready, on a video call "
        "with our nurse.",
        {HOME},
    ),
    (
        "You stay where you are: our clinicians see you by video and your pharmacy sends the "
        "ketamine troches to you.",
        {HOME, ORAL},
    ),
    (
        "We are a virtual clinic. The troches come by courier, and all six ketamine sessions take "
        "place in your own bedroom.",
        {HOME, ORAL},
    ),
    (
        "After the loading phase you may switch to ketamine lozenges you can use by yourself at "
        "home with a check-in each month.",
        {HOME, ORAL},
    ),
    (
        "We do see people who have used at-home ketamine. It can leave them disappointed. "
        "Infusions let us set the dose.",
        {IV},
    ),
    (
        "Why we stopped offering infusions: the chairs were full of people staring at walls. Now "
        "we give a small dose by injection with a therapist there.",
        {IM, KAP},
    ),
    (
        "Before 2021 this was an infusion clinic. It is now a Spravato center.",
        {SPRAVATO},
    ),
    (
        "You might wonder about the IV. It is a fine method, and the hospital down the road does "
        "it well. We work with lozenges.",
        {ORAL},
    ),
    (
        "Ketamine infusions are what most people picture. Ours is a different model: a lozenge, a "
        "couch and a therapist at your side.",
        {KAP, ORAL},
    ),
    (
        "How is this different from an infusion? An infusion runs through a vein. Our method uses "
        "a shot in the shoulder.",
        {IM},
    ),
    (
        "Spravato is a cousin of what we give. It is esketamine, sold under a brand. Ours is "
        "generic ketamine in the vein.",
        {IV},
    ),
    (
        "Spravato has its own rules. If that is what you want, we will give you the name of a "
        "site. Here we do infusions.",
        {IV},
    ),
    (
        "If your plan only pays for Spravato, ask your psychiatrist for a site. Our infusions are "
        "private pay.",
        {IV},
    ),
    (
        "A note about Spravato: we applied to become a site and expect an answer this year. "
        "Infusions continue as before.",
        {IV},
    ),
    (
        "The evidence for IV ketamine is the largest. The evidence for lozenges is smaller. We "
        "prescribe lozenges to people who cannot come in often.",
        {ORAL},
    ),
    (
        "Bring a list of what you have tried: TMS, ECT, Spravato, ketamine infusions. Our clinic "
        "gives ketamine by injection.",
        {IM},
    ),
    (
        "Have you had IV ketamine or Spravato in the last year? Our lozenge program may not suit you.",
        {ORAL},
    ),
    (
        "Dr. Hall spent ten years giving IV ketamine in the emergency room. In her practice here "
        "she prescribes lozenges.",
        {ORAL},
    ),
    (
        "Our anesthesiologist has given ketamine by IV for surgery for twenty years. For "
        "depression she gives it by IV here too.",
        {IV},
    ),
    (
        "What we don't do: infusions, sprays, home delivery. What we do: an injection and a therapist.",
        {IM},
    ),
    (
        "Not offered: Spravato, lozenges. Offered: IV ketamine.",
        {IV},
    ),
    (
        "Is it an IV? No, it is a lozenge that you hold in your mouth. We stay with you.",
        {ORAL},
    ),
    (
        "Do I have to have needles? No. Our ketamine is a lozenge.",
        {ORAL},
    ),
    (
        "Why not pills at home? Because we have seen blood pressure jump. Our team stays in the "
        "room for the whole infusion.",
        {IV},
    ),
    (
        "Do you send ketamine home with patients? We do not. Will I be alone during the infusion? Never.",
        {IV},
    ),
    (
        "Are nasal sprays available? Only Spravato, which our clinic gives on Tuesdays.",
        {SPRAVATO},
    ),
    (
        "Injection, lozenge or drip? All reach the same place. Our clinic settled on the drip.",
        {IV},
    ),
    (
        "Our sister company ships lozenges. This office gives infusions.",
        {IV},
    ),
    (
        "The infusion suite across the hall is a separate business. We prescribe ketamine "
        "lozenges and sit with you: your therapist is there all along.",
        {KAP, ORAL},
    ),
    (
        "Ketamine treatment here means an intramuscular dose, a blanket and music.",
        {IM},
    ),
    (
        "A tablet you let dissolve in your cheek takes twenty minutes to work; an IV takes two. "
        "We chose the IV for our ketamine patients.",
        {IV},
    ),
]
"""A passage and the ways it offers."""
NOBODY_TREATS = [
    (
        "Hiring: RN for a ketamine infusion clinic. You will start IVs, run infusions and check "
        "vital signs. Pay is $45 an hour. Send your resume."
    ),
    (
        "I kept a diary of my ketamine year. First came six infusions at $450 each, then lozenges "
        "at home. Your mileage may vary."
    ),
    (
        "What does ketamine cost? IV infusions run $400 to $800, lozenges by mail about $200 a "
        "month, and Spravato is often covered. Ask each clinic what is included."
    ),
    (
        "We are a coaching service. We help you get ready for ketamine infusions or lozenges that "
        "your own doctor prescribes. A package costs $600."
    ),
    (
        "Our support group meets online for people who take ketamine at home or have had "
        "infusions. It is free, and it is not treatment."
    ),
    (
        "Insurance FAQ for members: Spravato needs prior authorization. IV ketamine for "
        "depression is not a covered benefit under this plan."
    ),
    (
        "Practice for sale: established infusion clinic with four chairs, IV pumps and a loyal "
        "patient base. Asking $300,000."
    ),
    (
        "The state board warns residents about companies that ship ketamine lozenges. It found "
        "three that had never examined a patient."
    ),
    (
        "Ask the pharmacist: can ketamine lozenges be mixed with my blood pressure pills? In "
        "general, tell your doctor about everything you take."
    ),
    (
        "We make the chairs that infusion clinics love. Our recliner goes flat and has an IV "
        "pole. From $2,400."
    ),
    (
        "Ketamine, IV or IM, has been used in ambulances for decades. The county's medics carry "
        "it for pain, the fire chief said."
    ),
    (
        "Patient stories. Ana took lozenges at home. Ben had infusions. Cara chose Spravato. All "
        "three spoke to us for this series."
    ),
    ("We accredit ketamine clinics. Our standards cover infusions, injections and lozenges used at home."),
    ("Students will learn how IV ketamine, intramuscular ketamine and Spravato are dosed. Tuition is $900."),
    (
        "Ketamine tourism: our travel desk books your stay near infusion clinics in Mexico. "
        "Treatment is paid to the clinic."
    ),
    (
        "We review the five best at-home ketamine companies of the year. Prices start at $129 a "
        "month, and each mails tablets to you."
    ),
    (
        "A friend's guide to her first infusion: wear soft clothes, bring music, and have "
        "somebody drive you home."
    ),
    ("Our lab tests urine for ketamine and norketamine after infusion or oral use. Results in two days."),
]
PAID = [
    (
        "We offer Spravato and IV ketamine. Most plans cover the former.",
        "accepts",
    ),
    (
        "We offer Spravato. Plans cover it.",
        "accepts",
    ),
    (
        "Spravato and medication visits: both are billed to your plan.",
        "accepts",
    ),
    (
        "We give Spravato and see you for medication visits. Both are billed to insurance.",
        "accepts",
    ),
    (
        "Our Spravato program is reimbursed by most insurers. Infusions are self-pay.",
        "accepts",
    ),
    (
        "We give Spravato here. Insurance reimburses it.",
        "accepts",
    ),
    (
        "No insurance is taken. Infusions are $450.",
        "does_not_accept",
    ),
    (
        "We will bill your plan for Spravato; infusions are paid at the visit.",
        "accepts",
    ),
    (
        "We are out of network with every plan. Infusions are $500.",
        "does_not_accept",
    ),
    (
        "We are out of network and can give you a superbill for your infusions.",
        "superbill",
    ),
    (
        "Infusions are out of network, but our staff gives you a detailed receipt with codes to "
        "send to your insurer.",
        "superbill",
    ),
    (
        "We do not contract with insurers. We offer infusions.",
        "does_not_accept",
    ),
    (
        "Insurance does not pay for infusions, so we ask for payment on the day.",
        "does_not_accept",
    ),
    (
        "Our infusions are not covered by insurance.",
        "does_not_accept",
    ),
    (
        "Your insurance may cover part of your infusion. Ask your plan.",
        "unknown",
    ),
    (
        "We offer infusions. Payment is due at the time of service; we do not file claims.",
        "does_not_accept",
    ),
    (
        "We are in-network with Aetna and Cigna for Spravato.",
        "accepts",
    ),
    (
        "We file the claim for Spravato for you. Infusions are cash.",
        "accepts",
    ),
    (
        "Our billing team handles the prior authorization and bills your insurance for Spravato.",
        "accepts",
    ),
    (
        "KAP sessions are private pay. Upon request I give you a superbill.",
        "superbill",
    ),
    (
        "We are a fee-for-service practice and take no insurance for infusions.",
        "does_not_accept",
    ),
    (
        "Insurance is not accepted. We can supply a super-bill for infusions.",
        "superbill",
    ),
    (
        "Our infusion clinic participates with Medicare and most commercial plans.",
        "accepts",
    ),
    (
        "Esketamine is covered under most medical plans, and we verify your benefits before the first visit.",
        "accepts",
    ),
    (
        "Cash, card or HSA. Insurance: none. Our infusions are $400.",
        "does_not_accept",
    ),
    (
        "We offer infusions and give you the paperwork to seek reimbursement from your insurer.",
        "superbill",
    ),
    (
        "Because ketamine is off label, insurers will not reimburse our infusions.",
        "does_not_accept",
    ),
    (
        "We do not participate in any insurance plans. We offer lozenges.",
        "does_not_accept",
    ),
    (
        "We accept BlueCross for Spravato; IV ketamine is out-of-pocket.",
        "accepts",
    ),
    (
        "Spravato visits go through your health insurance. We offer them Monday.",
        "accepts",
    ),
    (
        "Our clinic offers infusions. Payment is out of pocket.",
        "does_not_accept",
    ),
    (
        "We are a cash practice. Ketamine sessions cost $400.",
        "does_not_accept",
    ),
    (
        "Ketamine is off label, so your insurer will almost certainly say no. We take cards.",
        "does_not_accept",
    ),
    (
        "Do you take insurance? No. Infusions are paid by card.",
        "does_not_accept",
    ),
    (
        "Do you take insurance? Yes, for Spravato.",
        "accepts",
    ),
    (
        "Does insurance cover ketamine? Not for infusions. We offer a superbill.",
        "superbill",
    ),
    (
        "Will insurance pay? Sadly it will not for our infusions.",
        "does_not_accept",
    ),
    (
        "We stay out of insurance networks so that we can give infusions our way.",
        "does_not_accept",
    ),
    (
        "All major insurances welcome for Spravato at our clinic.",
        "accepts",
    ),
    (
        "We verify your benefits and bill your insurance for each Spravato visit.",
        "accepts",
    ),
    (
        "Our office deals with Medicaid and private insurance for Spravato.",
        "accepts",
    ),
    (
        "Some patients get money back from their insurer with the superbill we supply for infusions.",
        "superbill",
    ),
    (
        "Insurance can be confusing. Call us about infusions.",
        "unknown",
    ),
    (
        "Infusions: fees are due on the day. We are not on any insurance panel.",
        "does_not_accept",
    ),
    (
        "We are not in network with any insurer. We offer infusions.",
        "does_not_accept",
    ),
    (
        "We are a Spravato provider for BCBS, Aetna and Medicare.",
        "accepts",
    ),
    (
        "Please bring your insurance card and photo ID to your infusion.",
        "unknown",
    ),
]


def ways(text: str) -> set[str]:
    found = extract(text).statements
    return {one.value for one in found if (one.facet, one.says) == ("modality", "yes")}


@pytest.mark.parametrize(("text", "offered"), OFFERED)
def test_a_passage_offers_what_this_practice_gives_now(text: str, offered: set[str]) -> None:
    assert ways(text) == offered


@pytest.mark.parametrize("text", NOBODY_TREATS)
def test_who_treats_nobody_offers_nothing(text: str) -> None:
    assert ways(text) == set()


@pytest.mark.parametrize(("text", "answer"), PAID)
def test_a_passage_tells_how_insurance_is_dealt_with(text: str, answer: str) -> None:
    assert extract(text).insurance == answer
