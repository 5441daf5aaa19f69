//! Quotas of clients: what an admin asks for becomes a record (ClientQuotaControlManager).

use super::Controller;
use crate::sim::effect::{Ctx, ReplyTo};
use crate::sim::wire::{
    AlterClientQuotasRequest, AlterClientQuotasResponse, ErrorCode, MetadataRecord, Response,
};

impl Controller {
    pub(super) fn alter_client_quotas(
        &mut self,
        ctx: &mut Ctx<'_>,
        to: ReplyTo,
        request: &AlterClientQuotasRequest,
    ) {
        let bad = request.alterations.iter().any(|alteration| alteration.limit == Some(0));
        let error = if bad { ErrorCode::InvalidRequest } else { ErrorCode::None };
        for alteration in request.alterations.iter().filter(|_| !bad) {
            let quotas = &self.image.client_quotas;
            // What is so already needs no record.
            if quotas.of(alteration.client, alteration.quota) != alteration.limit {
                self.write(ctx, MetadataRecord::ClientQuota(*alteration));
            }
        }
        ctx.reply(to, Response::AlterClientQuotas(AlterClientQuotasResponse { error }));
    }
}
