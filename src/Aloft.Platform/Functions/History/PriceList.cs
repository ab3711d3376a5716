namespace Aloft.Platform.Functions.History;

/// <summary>
/// AWS's prices of on-demand functions, US East (N. Virginia), first tier, without the free tier; looked up in November 2026. Not counted:
/// /tmp beyond 512 MB, streamed bytes, data transfer, provisioned concurrency, further requests of large asynchronous events. https://aws.amazon.com/lambda/pricing/
/// </summary>
public static class PriceList
{
    public const string Region = "us-east-1";

    /// <summary>USD: 0.20 for a million.</summary>
    public const decimal Request = 0.20m / 1_000_000;

    /// <summary>USD.</summary>
    public static decimal GigabyteSecond(string architecture) => architecture == "arm64" ? 0.0000133334m : 0.0000166667m;

    public static decimal GigabyteSeconds(decimal billedMs, int megabytes) => billedMs / 1000 * megabytes / 1024;
}
