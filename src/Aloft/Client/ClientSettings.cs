using Aloft.Wire.SigV4;

namespace Aloft.Client;

/// <summary>Which node to talk to and as whom: from the variables that every AWS SDK reads.</summary>
/// <remarks>https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html</remarks>
internal sealed record ClientSettings(Uri Endpoint, Credentials Credentials, string Region)
{
    /// <summary>Any pair serves on a node that does not enforce signatures; this one is what people type.</summary>
    public const string DefaultKey = "test";

    public const string DefaultRegion = "us-east-1";

    static readonly Uri DefaultEndpoint = new($"http://127.0.0.1:{NodeSettings.DefaultPort}");

    public static ClientSettings From(Func<string, string?> environment) => new(
        EndpointFrom(environment("AWS_ENDPOINT_URL")),
        new Credentials(
            environment("AWS_ACCESS_KEY_ID") ?? DefaultKey,
            environment("AWS_SECRET_ACCESS_KEY") ?? DefaultKey,
            environment("AWS_SESSION_TOKEN")),
        environment("AWS_REGION") ?? environment("AWS_DEFAULT_REGION") ?? DefaultRegion);

    static Uri EndpointFrom(string? text)
    {
        if (text is null)
            return DefaultEndpoint;
        if (Uri.TryCreate(text, UriKind.Absolute, out var endpoint) && endpoint is { Scheme: "http" or "https" })
            return endpoint;
        throw CommandFailed.Usage($"AWS_ENDPOINT_URL is '{text}'; it must be a URL such as {DefaultEndpoint.OriginalString}.");
    }
}
