//! Figures for Prometheus. Each server has its own registry, so that two in one process do not mix.

use std::time::Duration;

use axum::http::Method;
use metrics::{counter, gauge, histogram, with_local_recorder};
use metrics_exporter_prometheus::{
    Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};

/// Upper ends of the latency buckets in seconds.
const BUCKETS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];
const DURATION: &str = "deskwright_http_request_seconds";

/// The figures of one server.
pub struct Metrics {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let builder = PrometheusBuilder::new();
        let matcher = Matcher::Full(DURATION.to_owned());
        // Only an empty list of buckets is refused, and this one is not empty.
        let builder = builder
            .set_buckets_for_metric(matcher, &BUCKETS)
            .unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        Self { recorder, handle }
    }

    pub(crate) fn count_request(
        &self,
        method: &Method,
        route: &str,
        status: u16,
        elapsed: Duration,
    ) {
        let labels = [
            ("method", method_label(method).to_owned()),
            ("route", route.to_owned()),
            ("status", status.to_string()),
        ];
        with_local_recorder(&self.recorder, || {
            counter!("deskwright_http_requests_total", &labels).increment(1);
            histogram!(DURATION, &labels[..2]).record(elapsed.as_secs_f64());
        });
    }

    /// Sums up what was measured since the last call; otherwise it would pile up until somebody reads.
    pub(crate) fn sum_up(&self) {
        self.handle.run_upkeep();
    }

    /// All figures as text: what was counted here, counters and levels of others as they stand.
    pub(crate) fn render(
        &self,
        totals: &[(&'static str, u64)],
        levels: &[(&'static str, u64)],
    ) -> String {
        with_local_recorder(&self.recorder, || {
            for (name, value) in totals {
                counter!(*name).absolute(*value);
            }
            for (name, value) in levels {
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "a gauge is a float, and these are small"
                )]
                gauge!(*name).set(*value as f64);
            }
        });
        self.handle.render()
    }
}

/// Methods that nobody knows must not make a label each.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
