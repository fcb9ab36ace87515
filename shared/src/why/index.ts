/** From what is recorded to why something dials or does not: facts in, reasons out. Pure. */
export { whyCall } from './call.ts';
export { whyCampaign, whySite, type CampaignFacts, type SiteFacts, type WhyCampaign } from './campaign.ts';
export {
  whyLead,
  whyNumber,
  type LeadFacts,
  type WhyNumberFacts,
  type WhyAttempt,
  type WhyListing,
  type WhyRefusal,
  type WhyRefusedCall,
} from './lead.ts';
