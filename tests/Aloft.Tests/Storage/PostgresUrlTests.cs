using Aloft.Storage;
using Aloft.Storage.PostgreSql;
using Npgsql;

namespace Aloft.Tests.Storage;

public sealed class PostgresUrlTests
{
    [Theory]
    [InlineData("postgres://me:p%40ss%3A%2Fw@db.example:6543/my%20db?sslmode=verify-full&application_name=x&connect_timeout=3")]
    [InlineData("postgresql://me:p%40ss%3A%2Fw@db.example:6543/my%20db?SSLMODE=VerifyFull&Application Name=x&timeout=3")]
    [InlineData("Host=db.example;Port=6543;Username=me;Password=p@ss:/w;Database=my db;SSL Mode=VerifyFull;Application Name=x;Timeout=3")]
    public void Both_ways_of_writing_mean_the_same(string text)
    {
        var settings = PostgresUrl.Parse(text);
        Assert.Equal(("db.example", 6543, "my db"), (settings.Host, settings.Port, settings.Database));
        Assert.Equal(("me", "p@ss:/w"), (settings.Username, settings.Password));
        Assert.Equal((SslMode.VerifyFull, "x", 3), (settings.SslMode, settings.ApplicationName, settings.Timeout));
    }

    [Fact]
    public void What_is_not_said_has_defaults_that_the_user_may_change()
    {
        var settings = PostgresUrl.Parse("postgres:///aloft");
        Assert.Equal(("localhost", 5432, "aloft", 20), (settings.Host, settings.Port, settings.ApplicationName, settings.MaxPoolSize));
        Assert.Equal(7, PostgresUrl.Parse("postgres://localhost?maximum_pool_size=7").MaxPoolSize);
        Assert.Equal(7, PostgresUrl.Parse("Host=localhost;Maximum Pool Size=7").MaxPoolSize);
    }

    [Fact]
    public void A_socket_folder_may_be_the_host() =>
        Assert.Equal("/run/postgresql", PostgresUrl.Parse("postgres://me@/aloft?host=%2Frun%2Fpostgresql").Host);

    [Fact]
    public void An_ipv6_address_is_a_host() => Assert.Equal("::1", PostgresUrl.Parse("postgres://me@[::1]:5433/aloft").Host);

    [Theory]
    [InlineData("postgres://me:topsecret@host:99999999/aloft")]
    [InlineData("postgres://me:topsecret@host/aloft?sslmode=perhaps")]
    [InlineData("postgres://me:topsecret@host/aloft?color=red")]
    [InlineData("postgres://me:topsecret@host/aloft?sslmode")]
    [InlineData("Host=h;Password=topsecret;Color=red")]
    public void What_is_not_understood_is_refused_without_the_password(string text)
    {
        var thrown = Assert.Throws<StorageException>(() => PostgresUrl.Parse(text));
        Assert.Equal(StorageFailure.Invalid, thrown.Failure);
        Assert.DoesNotContain("topsecret", thrown.Message, StringComparison.Ordinal);
    }
}
