namespace Aloft.Wire.SigV4;

/// <summary>What signs a request. https://docs.aws.amazon.com/IAM/latest/UserGuide/security-creds-programmatic-access.html</summary>
/// <param name="SessionToken">Of temporary credentials, whose access key id begins with <c>ASIA</c>; else null.</param>
public sealed record Credentials(string AccessKeyId, string SecretAccessKey, string? SessionToken = null)
{
    /// <summary>Never the secret: records end up in logs.</summary>
    public override string ToString() => AccessKeyId;
}
