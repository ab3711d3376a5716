namespace Aloft.Platform.Iam;

/// <summary>https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html</summary>
static class Limits
{
    internal const int ShortestSessionSeconds = 900;
    internal const int DefaultSessionSeconds = 3_600;
    internal const int LongestSessionSeconds = 43_200;
    internal const int LongestChainedSessionSeconds = 3_600;
}
