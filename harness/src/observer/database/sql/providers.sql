SELECT
    provider.uuid,
    provider.name,
    provider.type AS provider_type,
    provider.active,
    coalesce((to_jsonb(provider) ->> 'paused')::boolean, false) AS paused,
    provider.setup_complete,
    provider.created_timestamp,
    provider.customer_id,
    to_jsonb(authentication) -> 'credentials' AS credentials,
    to_jsonb(billing) -> 'data_source' AS billing
FROM public.api_provider provider
LEFT JOIN public.api_providerauthentication authentication ON authentication.id = provider.authentication_id
LEFT JOIN public.api_providerbillingsource billing ON billing.id = provider.billing_source_id
ORDER BY provider.created_timestamp, provider.uuid
