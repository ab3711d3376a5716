namespace Aloft.Platform.Kernel;

/// <summary>Who asks, where, and under which id: what every operation knows of its caller.</summary>
/// <param name="Account">12 digits. Taken from the access key id, else <see cref="DefaultAccount"/>.</param>
/// <param name="Region">From the signature's scope, else <see cref="DefaultRegion"/>.</param>
/// <param name="RequestId">A UUID; goes back as <c>x-amzn-RequestId</c> and into every log line.</param>
/// <param name="PrincipalArn">The caller's ARN.</param>
public sealed record RequestContext(string Account, string Region, string RequestId, string PrincipalArn)
{
    public const string DefaultAccount = "000000000000";
    public const string DefaultRegion = "us-east-1";
}
